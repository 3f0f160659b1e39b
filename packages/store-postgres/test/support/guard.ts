import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';

// Runs the server of a test, and obeys lines of its standard input. When that ends, also because the test was killed, the server is
// ended and its folder removed: nothing is left behind.
interface Task {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly folder: string;
  readonly user: { readonly uid?: number; readonly gid?: number };
}

const task = JSON.parse(process.argv[2] ?? '') as Task;
let server: ChildProcess | undefined;
let log = '';

function start(): void {
  log = '';
  const child = spawn(task.command, task.parameters, {
    cwd: task.folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...task.user,
  });
  server = child;
  let isReady = false;
  child.stderr.on('data', (chunk: Buffer) => {
    log = `${log}${chunk.toString()}`.slice(-10_000);
    if (isReady || !/ready to accept (?:read-only )?connections/.test(log)) return;
    isReady = true;
    process.stdout.write('ready\n');
  });
  child.once('exit', () => {
    server = undefined;
    process.stdout.write(isReady ? 'stopped\n' : `failed ${JSON.stringify(log)}\n`);
  });
}

process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
start();
for await (const line of createInterface(process.stdin)) {
  if (line === 'start') start();
  else if (server === undefined) process.stdout.write('stopped\n');
  // SIGQUIT: at once, as if the machine had crashed. SIGINT: ends connections, and saves everything.
  else server.kill(line === 'crash' ? 'SIGQUIT' : 'SIGINT');
}
const last = server;
if (last !== undefined) {
  last.kill('SIGQUIT');
  await new Promise((resolve) => last.once('exit', resolve));
}
rmSync(task.folder, { recursive: true, force: true });
