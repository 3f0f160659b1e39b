import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { Clock } from '@keyturn/core';

import { TIMING } from '../../src/queue.ts';
import { work, type WorkOptions } from '../../src/work.ts';
import type { World } from './fleet.ts';
import { impatient, surroundingsOf } from './surroundings.ts';

const script = fileURLToPath(new URL('worker.ts', import.meta.url));

/** A worker in this process. */
export interface Worker {
  /** What it told a person. */
  readonly told: readonly string[];
  /** The runs that have ended: `r1 rotated`. */
  readonly ended: readonly string[];
  /** Drains it, and waits until it has ended. */
  stop(): Promise<void>;
}

export function startWorker(
  world: World,
  options: Partial<WorkOptions> = {},
  clock: Clock = impatient,
): Worker {
  const told: string[] = [];
  const ended: string[] = [];
  const drain = new AbortController();
  const end = work(
    {
      concurrency: 8,
      jitter: 0.1,
      poll: 50,
      timing: { ...TIMING, heartbeat: 10, supervision: 1 },
      ...options,
    },
    surroundingsOf(world.folder, world.env, 'here', drain.signal, clock),
    {
      ended: ({ report: { name, outcome, error } }) =>
        void ended.push(`${name} ${error?.code ?? outcome}`),
      tell: (line) => void told.push(line),
    },
  );
  return {
    told,
    ended,
    async stop() {
      drain.abort();
      await end;
    },
  };
}

/** A worker as a process of its own; `line` receives what it prints. */
export function spawnWorker(
  { folder, env }: Pick<World, 'folder' | 'env'>,
  concurrency: number,
  line: (text: string) => void,
  heartbeat = 10,
): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@keyturn/source',
      '--disable-warning=ExperimentalWarning',
      script,
      JSON.stringify({ folder, env, concurrency, heartbeat }),
    ],
    {
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'keyturn-fleet-compiled') },
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  createInterface(child.stdout).on('line', line);
  return child;
}
