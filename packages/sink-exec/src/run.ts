import { spawn, type ChildProcess } from 'node:child_process';

import { keepStart, killGroup, type Clock } from '@keyturn/core';

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
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) =>
    keepStart(stream, MOST_OUTPUT),
  );
  let isRead = true;
  child.stdin?.on('error', () => (isRead = false));
  child.stdin?.end(input);

  const ended = new AbortController();
  let cause: Ended['cause'] = 'exit';
  const stop = (why: Ended['cause']): void => {
    cause = why;
    killGroup(child);
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
    const outputs = { stdout: String(stdout?.() ?? ''), stderr: String(stderr?.() ?? '') };
    return { cause, code, reason: child.signalCode ?? '', ...outputs, isRead };
  } finally {
    ended.abort();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for the program and its outputs. Processes that it left running are killed, so that nothing is written later. */
function untilClosed(child: ChildProcess): Promise<{ code: number | null; error?: unknown }> {
  return new Promise((resolve) => {
    child.on('exit', () => killGroup(child));
    child.on('error', (error) => child.pid === undefined && resolve({ code: null, error }));
    child.on('close', (code) => resolve({ code }));
  });
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
