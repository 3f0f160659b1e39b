import process from 'node:process';

import { systemClock, type Clock } from '@keyturn/core';

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
const POLL = 200;
const drain = new AbortController();
// With its first pause, it has looked at the queue.
let isReady = false;
const clock: Clock = {
  now: () => systemClock.now(),
  sleep(milliseconds, signal) {
    if (!isReady && milliseconds === POLL) process.stdout.write('! ready\n');
    isReady ||= milliseconds === POLL;
    return systemClock.sleep(milliseconds, signal);
  },
};
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
    poll: POLL,
  },
  surroundingsOf(folder, env, `worker ${process.pid}`, drain.signal, clock),
  {
    ended: ({ report: { name, outcome, error } }) =>
      process.stdout.write(`${name} ${outcome} ${error?.code ?? ''} ${error?.message ?? ''}\n`),
    tell: (line) => process.stdout.write(`! ${line}\n`),
  },
);
