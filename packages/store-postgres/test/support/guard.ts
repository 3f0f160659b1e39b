import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

// Runs the server of a test, and obeys lines of its standard input. When that ends, also because the test was killed, the server is
// ended and its folder removed: nothing is left behind.
interface Task {
  readonly folder: string;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

/** `init` runs a program to its end, `start` the server; `stop` ends it, and `crash` ends it at once. */
interface Order {
  readonly order: 'init' | 'start' | 'stop' | 'crash';
  readonly command?: string;
  readonly parameters?: readonly string[];
}

const { folder, user } = JSON.parse(process.argv[2] ?? '') as Task;
let running: ChildProcess | undefined;

function start({ order, command = '', parameters = [] }: Order): void {
  let log = '';
  let isReady = false;
  const child = spawn(command, parameters, {
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  running = child;
  child.stderr.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-10_000);
    if (isReady || !/ready to accept (?:read-only )?connections/.test(log)) return;
    isReady = true;
    process.stdout.write('ready\n');
  });
  child.once('error', (error) => {
    running = undefined;
    process.stdout.write(`failed ${JSON.stringify(error.message)}\n`);
  });
  child.once('exit', (code) => {
    running = undefined;
    const isDone = order === 'init' && code === 0;
    process.stdout.write(isReady || isDone ? 'stopped\n' : `failed ${JSON.stringify(log)}\n`);
  });
}

process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
for await (const line of createInterface(process.stdin)) {
  const order = JSON.parse(line) as Order;
  if (order.order === 'init' || order.order === 'start') start(order);
  else if (running === undefined) process.stdout.write('stopped\n');
  // SIGQUIT: at once, as if the machine had crashed. SIGINT: ends connections, and saves everything.
  else running.kill(order.order === 'crash' ? 'SIGQUIT' : 'SIGINT');
}
const last = running;
if (last !== undefined) {
  last.kill('SIGQUIT');
  await new Promise((resolve) => last.once('exit', resolve));
}
rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
