// Loaded into the built program with --import, by `start` in running.ts: what tests cannot do to a process from outside.
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

import type { Hooks } from './running.ts';

const {
  clock = 0,
  stopBefore,
  stopAfter,
  fullAfter,
} = JSON.parse(process.env['KEYTURN_TEST_HOOKS'] ?? '{}') as Hooks;

const now = Date.now.bind(Date);
Date.now = () => now() + clock;

/** These wait for the next announcement, so that no rename follows them. */
const RESULTS = ['issued', 'granted'].filter((type) => type === stopAfter);

let isStopped = false;

/** Everything stands still here until somebody sends SIGCONT. */
function stop(): void {
  if (isStopped) return;
  isStopped = true;
  process.kill(process.pid, 'SIGSTOP');
}

const write = Reflect.get(Socket.prototype, 'write') as (
  this: Socket,
  ...args: unknown[]
) => boolean;
Reflect.set(Socket.prototype, 'write', function watched(this: Socket, ...args: unknown[]) {
  const [line = ''] = String(args[0]).split('\r\n');
  if (stopBefore !== undefined && new RegExp(stopBefore).test(line)) stop();
  return write.apply(this, args);
});

// An append ends with this rename; what it announced is durable then, and its request not yet sent.
const { open, rename } = promises;
let isFull = false;
promises.rename = async (from, to) => {
  const ledger = String(to).replace(/\.head$/, '.jsonl');
  await rename(from, to);
  if ((stopAfter ?? fullAfter) === undefined || ledger === String(to)) return;
  const handle = await open(ledger);
  const text = await handle.readFile('utf8');
  await handle.close();
  const isLast = (type: string | undefined): boolean =>
    text.split('\n').at(-2)?.includes(`"type":"${type}"`) === true;
  if (isLast(stopAfter)) stop();
  if (isLast(fullAfter)) isFull = true;
};
syncBuiltinESMExports();

if ((fullAfter ?? stopAfter) !== undefined) {
  const any = await open(process.execPath);
  const files = Object.getPrototypeOf(any) as { write: (...args: unknown[]) => Promise<unknown> };
  await any.close();
  const { write: keep } = files;
  files.write = async function full(this: unknown, ...args: unknown[]) {
    const text = String(args[0]);
    const isRecord = text.startsWith('{"seq"');
    if (isFull && isRecord)
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const written = await keep.apply(this, args);
    const [last] = text.split('\n').slice(-2);
    if (isRecord && RESULTS.some((type) => last?.includes(`"type":"${type}"`))) stop();
    return written;
  };
}
