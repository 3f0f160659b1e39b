import process from 'node:process';

import { TIMING } from '../../src/queue.ts';
import { work } from '../../src/work.ts';
import { surroundingsOf } from './surroundings.ts';

// A worker as a process of its own, to be killed: it prints a line for each run that has ended, and drains on SIGTERM.
interface Task {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly heartbeat?: number;
}

const {
  folder,
  env,
  concurrency,
  heartbeat = TIMING.heartbeat,
} = JSON.parse(process.argv[2] ?? '') as Task;
const drain = new AbortController();
process.on('SIGTERM', () => drain.abort());
// Nothing is left behind by a test that was killed.
process.stdin
  .once('end', () => process.exit())
  .resume()
  .unref();
await work(
  {
    concurrency,
    jitter: 0.1,
    timing: { ...TIMING, heartbeat, supervision: Math.ceil(heartbeat / 2) },
    poll: 200,
  },
  surroundingsOf(folder, env, `worker ${process.pid}`, drain.signal),
  {
    ended: ({ report: { name, outcome, error } }) =>
      process.stdout.write(`${name} ${outcome} ${error?.code ?? ''}\n`),
    tell: (line) => process.stdout.write(`! ${line}\n`),
  },
);
const { user, system } = process.cpuUsage();
process.stdout.write(`cpu ${Math.round((user + system) / 1000)}\n`);
