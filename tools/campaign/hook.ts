// Loaded into a run with --import: kills the process, by itself and with SIGKILL, at the place that KEYTURN_KILL names.
// With KEYTURN_KILL=count it lets the run end and says on stderr how many places it passed.
import children, { type ChildProcess } from 'node:child_process';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import timers from 'node:timers/promises';

import type { Point } from './point.ts';

const { KEYTURN_KILL: wish, KEYTURN_KILL_GROUP: group, KEYTURN_KILL_PORT: port } = process.env;
const { KEYTURN_MACHINE: machine, KEYTURN_SOON: soon, KEYTURN_AHEAD: ahead } = process.env;
const point = wish === undefined || wish === 'count' ? undefined : (JSON.parse(wish) as Point);
const counts = { file: 0, request: 0, git: 0, push: 0 };

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal is delivered before anything else happens.
  for (;;);
}

type Operation = (this: unknown, ...args: unknown[]) => Promise<unknown>;

/** Lets a file operation that changes something be a place to die at. */
function watch(target: object, name: string): void {
  const holder = target as Record<string, Operation>;
  const original = holder[name];
  if (original === undefined) throw new Error(`there is no operation ${name}`);
  holder[name] = async function watched(...args) {
    const mine = ++counts.file;
    const here = point?.what === 'file' && point.nth === mine;
    if (here && point.when === 'before') die();
    const result = await original.apply(this, args);
    if (here) die();
    return result;
  };
}

const handle = await promises.open(process.execPath, 'r');
const prototype = Object.getPrototypeOf(handle) as object;
await handle.close();
for (const name of ['write', 'writeFile', 'appendFile', 'datasync', 'sync', 'truncate', 'chmod'])
  watch(prototype, name);
for (const name of ['rename', 'unlink', 'mkdir', 'rmdir', 'utimes']) watch(promises, name);

/** Another boot: what this machine knows of processes is not for others. */
if (machine !== undefined) {
  const holder = promises as unknown as Record<'readFile', Operation>;
  const read = holder.readFile;
  holder.readFile = function watched(...args) {
    const isBoot = args[0] === '/proc/sys/kernel/random/boot_id';
    return isBoot ? Promise.resolve(machine) : read.apply(this, args);
  };
}

/** Waits of seconds, in which an issuer makes a credential usable or ends it: nothing compares them with a clock. */
if (soon !== undefined) {
  const holder = timers as unknown as Record<'setTimeout', Operation>;
  const wait = holder.setTimeout;
  holder.setTimeout = function watched(milliseconds, ...rest) {
    const isLong = Number(milliseconds) >= 1000 && Number(milliseconds) <= 16_000;
    return wait.call(this, isLong ? Number(milliseconds) / 10 : milliseconds, ...rest);
  };
}

/** Days that have passed, by every clock. */
if (ahead !== undefined) {
  const now = Date.now.bind(Date);
  Date.now = () => now() + Number(ahead);
}

const spawn = children.spawn as (...args: unknown[]) => ChildProcess;
Reflect.set(children, 'spawn', function watched(...args: unknown[]) {
  if (!/(?:^|\/)git$/.test(String(args[0]))) return spawn(...args);
  if ((args[1] as readonly string[]).includes('push')) counts.push++;
  const mine = ++counts.git;
  if (point?.what !== 'git' || point.nth !== mine) return spawn(...args);
  const { when, milliseconds } = point;
  if (when === 'before') die();
  const child = spawn(...args);
  child.prependListener('exit', die);
  if (when !== 'after') setTimeout(() => end(child, when === 'during'), milliseconds);
  return child;
});
syncBuiltinESMExports();

function end({ pid = 0 }: ChildProcess, together: boolean): never {
  if (together) process.kill(group === undefined ? pid : -pid, 'SIGKILL');
  die();
}

const write = Reflect.get(Socket.prototype, 'write') as (
  this: Socket,
  ...args: unknown[]
) => boolean;
Reflect.set(Socket.prototype, 'write', function watched(this: Socket, ...args: unknown[]) {
  const isRequest =
    /^(GET|PUT|POST|DELETE|PATCH) \//.test(String(args[0]).slice(0, 10)) ||
    (port !== undefined && this.remotePort === Number(port));
  if (!isRequest) return write.apply(this, args);
  const mine = ++counts.request;
  if (point?.what !== 'request' || point.nth !== mine) return write.apply(this, args);
  if (point.when === 'before') die();
  if (point.when === 'answered') this.once('data', die);
  if (point.when === 'sent') setImmediate(die);
  return write.apply(this, args);
});

if (wish === 'count')
  process.on('exit', () => process.stderr.write(`\nKEYTURN_COUNTS ${JSON.stringify(counts)}\n`));
