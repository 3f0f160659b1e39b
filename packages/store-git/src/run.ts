import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import type { Writable } from 'node:stream';

import { keepStart, killGroup } from '@keyturn/core';

/** How to start a program. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input?: string | undefined;
  /** What the program, and those that it starts, can read once from file descriptor 3. */
  readonly secret?: string | undefined;
  /** Milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** Bytes of output; more ends the program. */
  readonly most: number;
}

/** How a run ended. `refused`: the operating system could not start it. */
export interface Ended {
  readonly cause: 'exit' | 'deadline' | 'abort' | 'size' | 'refused';
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const MOST_ERRORS = 16 * 1024;
/** Milliseconds for which outputs of an ended program can stay open: programs that it left running may have them. */
const PATIENCE = 1000;

/** Runs a program to its end, in a separate process group that is killed afterwards. Never rejects. */
export async function run(start: Start): Promise<Ended> {
  const { file, args, cwd, env, input, secret, deadline, signal, most } = start;
  const three = ['pipe', 'pipe', 'pipe'] as const;
  const stdio: StdioOptions = secret === undefined ? [...three] : [...three, 'pipe'];
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, env, stdio, detached: true, windowsHide: true });
  } catch {
    return { cause: 'refused', code: null, stdout: Buffer.alloc(0), stderr: '' };
  }
  let cause: Ended['cause'] = 'exit';
  const stop = (why: Ended['cause']): void => {
    cause = why;
    killGroup(child);
    for (const stream of child.stdio) stream?.destroy();
  };
  const stdout = keepStart(child.stdout, most, () => stop('size'));
  const stderr = keepStart(child.stderr, MOST_ERRORS);
  feed(child.stdin, input);
  if (secret !== undefined) feed(child.stdio[3] as Writable, secret);
  const timer = setTimeout(() => stop('deadline'), deadline);
  const onAbort = (): void => stop('abort');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const { code, isStarted } = await untilClosed(child);
    if (!isStarted) cause = 'refused';
    return { cause, code, stdout: stdout(), stderr: stderr().toString() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for the program and its outputs. Processes that it left running are killed, so that nothing is written later. */
function untilClosed(child: ChildProcess): Promise<{ code: number | null; isStarted: boolean }> {
  return new Promise((resolve) => {
    child.on('exit', () => {
      killGroup(child);
      setTimeout(() => child.stdio.forEach((stream) => stream?.destroy()), PATIENCE).unref();
    });
    child.on('error', () => child.pid === undefined && resolve({ code: null, isStarted: false }));
    child.on('close', (code) => resolve({ code, isStarted: true }));
  });
}

function feed(stream: Writable | null, text = ''): void {
  stream?.on('error', () => {});
  stream?.end(text);
}
