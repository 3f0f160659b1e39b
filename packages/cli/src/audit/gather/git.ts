import { spawn } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

import { gitEnvironment, programFile, type Environment } from '@keyturn/core';

/** Runs no program that the repository names, fetches nothing, and ignores the user's settings for output. */
const CONFIGURATION = [
  'core.fsmonitor=false',
  'core.quotePath=true',
  'protocol.allow=never',
  'log.showSignature=false',
  'diff.noprefix=false',
  'diff.mnemonicPrefix=false',
].flatMap((setting) => ['-c', setting]);

export interface GitBounds {
  readonly env: Environment;
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly milliseconds: number;
  readonly maxCharacters: number;
}

/** How git ended: with an exit code, or because of the time limit, the size limit, a missing git or an interrupt. */
export type GitEnd = number | 'time' | 'size' | 'missing' | 'interrupted';

/** Runs git within limits, and passes on its output in pieces. The output might contain secrets, and is not stored. */
export function git(
  command: readonly string[],
  { env, directory, signal, milliseconds, maxCharacters }: GitBounds,
  take: (text: string) => void,
): Promise<GitEnd> {
  const file = programFile('git', env);
  if (file === undefined) return Promise.resolve('missing');
  return new Promise((resolve) => {
    const child = spawn(file, ['--no-pager', ...CONFIGURATION, ...command], {
      cwd: directory,
      env: { ...gitEnvironment(env), GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let ended: GitEnd | undefined;
    const stop = (why: GitEnd): void => {
      ended ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop('time'), milliseconds);
    const interrupt = (): void => stop('interrupted');
    signal.addEventListener('abort', interrupt);
    if (signal.aborted) interrupt();
    const decoder = new StringDecoder();
    let characters = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      characters += chunk.length;
      if (characters > maxCharacters) stop('size');
      else take(decoder.write(chunk));
    });
    child.on('error', () => (ended ??= 'missing'));
    child.on('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      resolve(ended ?? code ?? 'interrupted');
    });
  });
}

/** The same for short output. */
export async function gitText(
  command: readonly string[],
  bounds: GitBounds,
): Promise<{ end: GitEnd; text: string }> {
  let text = '';
  const end = await git(command, bounds, (piece) => (text += piece));
  return { end, text };
}
