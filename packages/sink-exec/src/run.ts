import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

import type { Clock } from '@keyturn/core';

/** How to start a program. */
export interface Start {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: string;
  /** Milliseconds. */
  readonly timeout: number;
}

/** How a run ended. Outputs are limited to 8 KiB. */
export interface Ended {
  /** `refused`: the operating system could not start it; `reason` is its code. */
  readonly cause: 'exit' | 'timeout' | 'abort' | 'refused';
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly reason: string;
  readonly stdout: string;
  readonly stderr: string;
  /** It read all of its standard input. */
  readonly isRead: boolean;
}

const MOST_OUTPUT = 8192;

/** Runs a program to its end, in a separate process group that is killed afterwards. Never rejects. */
export async function run(start: Start, clock: Clock, signal: AbortSignal): Promise<Ended> {
  const { file, args, cwd, env, input, timeout } = start;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { cwd, env, detached: true, stdio: 'pipe', windowsHide: true });
  } catch (error) {
    return refused(error);
  }
  const [stdout, stderr] = [child.stdout, child.stderr].map(collect);
  let isRead = true;
  child.stdin?.on('error', () => (isRead = false));
  child.stdin?.end(input);

  const ended = new AbortController();
  let cause: Ended['cause'] = 'exit';
  const stop = (why: Ended['cause']): void => {
    cause = why;
    kill(child);
    // Processes that left the group could keep them open forever.
    for (const stream of child.stdio) stream?.destroy();
  };
  const onAbort = (): void => stop('abort');
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  clock.sleep(timeout, ended.signal).then(
    () => {
      if (!ended.signal.aborted && cause === 'exit') stop('timeout');
    },
    () => {},
  );
  try {
    const { code, error } = await untilClosed(child);
    if (error !== undefined) return refused(error);
    const outputs = { stdout: stdout?.() ?? '', stderr: stderr?.() ?? '' };
    return { cause, code, reason: child.signalCode ?? '', ...outputs, isRead };
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for the program and its outputs. Processes that it left running are killed, so that nothing is written later. */
function untilClosed(child: ChildProcess): Promise<{ code: number | null; error?: unknown }> {
  return new Promise((resolve) => {
    child.on('exit', () => kill(child));
    child.on('error', (error) => child.pid === undefined && resolve({ code: null, error }));
    child.on('close', (code) => resolve({ code }));
  });
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group is gone, or this is Windows, which has no process groups.
    child.kill('SIGKILL');
  }
}

/** Keeps the start of an output, and discards the rest. */
function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('error', () => {});
  stream?.on('data', (chunk: Buffer) => {
    if (size < MOST_OUTPUT) chunks.push(chunk.subarray(0, MOST_OUTPUT - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString();
}

function refused(error: unknown): Ended {
  const { code = 'unknown' } = error as { code?: unknown };
  return {
    cause: 'refused',
    code: null,
    reason: String(code),
    stdout: '',
    stderr: '',
    isRead: false,
  };
}
