import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { controlOf, type Control, type Fault } from '@keyturn/sandbox';
import { onTestFinished } from 'vitest';

import { cache, type Ended, type Place } from './keyturn.ts';

const bin = fileURLToPath(new URL('../bin/keyturn.js', import.meta.url));
const hook = new URL('hook.ts', import.meta.url).href;

/** What {@link start} makes of the process: a clock that is off, or a place where it stops itself. */
export interface Hooks {
  /** Milliseconds that its clock is ahead. */
  readonly clock?: number;
  /** SIGSTOP by itself right before it sends the first request that matches, or right after a record of this type is kept. */
  readonly stopBefore?: string;
  readonly stopAfter?: string;
  /** The disk is full once a record of this type is kept. */
  readonly fullAfter?: string;
}

/** The built program while it runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended & { readonly signal: NodeJS.Signals | null }>;
}

export function start(place: Place, args: readonly string[], hooks: Hooks = {}): Running {
  const hooked = Object.keys(hooks).length > 0;
  const child = spawn(process.execPath, [...(hooked ? ['--import', hook] : []), bin, ...args], {
    cwd: place.folder,
    env: {
      PATH: process.env['PATH'],
      HOME: place.folder,
      XDG_CACHE_HOME: cache,
      ...place.sandbox.env,
      ...(hooked && { KEYTURN_TEST_HOOKS: JSON.stringify(hooks) }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended & { signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** The types of the events in the ledger of the one rotation there is. */
export async function eventsIn({ folder }: Place): Promise<string[]> {
  const state = join(folder, '.keyturn');
  const names = await readdir(state).catch(() => []);
  const ledger = names.find((name) => name.endsWith('.jsonl'));
  if (ledger === undefined) return [];
  const lines = (await readFile(join(state, ledger), 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { event: { type: string } }).event.type);
}

/** Resolves once it is so; the test's own time limit is the limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(10);
}

/** Whether the process is stopped, as /proc tells. */
export async function isStopped({ child }: Running): Promise<boolean> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

export function fault({ sandbox }: Place, ...faults: readonly Fault[]): Promise<void> {
  return controlOf(sandbox).fault(...faults);
}

/** A fault has happened so often: its requests have reached the server, and nothing keeps their effect from happening. */
export async function untilFaulted({ sandbox }: Place, times = 1): Promise<void> {
  const faults = (): ReturnType<Control['faults']> => controlOf(sandbox).faults();
  await until(async () => (await faults()).some(({ happened }) => happened >= times));
}

/** Every request so far has taken effect: none is late by the clocks of the runs to come, which may be ahead. */
export async function untilAnswered({ sandbox }: Place): Promise<void> {
  await until(async () =>
    (await controlOf(sandbox).requests()).every(({ status }) => status !== null),
  );
}

/** Every request so far, as `DELETE /v1/…`. */
export async function requestsOf({ sandbox }: Place): Promise<string[]> {
  const requests = await controlOf(sandbox).requests();
  return requests.map(({ method, path }) => `${method} ${path}`);
}
