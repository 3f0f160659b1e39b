import { execFile } from 'node:child_process';

import {
  gitEnvironment,
  programFile,
  type AdapterContext,
  type CallOptions,
  type Environment,
} from '@keyturn/core';

import { interrupted, tracked, trackingUnknown } from './messages.ts';
import type { Place } from './place.ts';

const MILLISECONDS = 5000;

/**
 * Refuses a file that git tracks: the next commit would publish the secret. Without git, or outside a repository, every file
 * counts as untracked.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`
 */
export async function refuseTracked(
  id: string,
  place: Place,
  { env, allow }: AdapterContext,
  options: CallOptions,
): Promise<void> {
  if (allow.has('tracked-file')) return;
  const listed = await git(
    // The name is not a pattern.
    ['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', place.name],
    place,
    env,
    options,
  );
  if (options.signal.aborted) throw interrupted(id);
  if (listed === 'yes') throw tracked(id);
  if (listed === 'unknown') throw trackingUnknown(id);
}

/** Whether the file is in a work tree and not ignored. */
export async function isUnignored(
  place: Place,
  { env }: AdapterContext,
  options: CallOptions,
): Promise<boolean> {
  return (await git(['check-ignore', '-q', `./${place.name}`], place, env, options)) === 'no';
}

type Answer = 'yes' | 'no' | 'no repository' | 'unknown';

function git(
  command: readonly string[],
  { folder }: Place,
  env: Environment,
  { signal }: CallOptions,
): Promise<Answer> {
  const file = programFile('git', env);
  if (file === undefined) return Promise.resolve('no repository');
  return new Promise((resolve) => {
    execFile(
      file,
      // Do not run programs that the repository configures.
      ['-c', 'core.fsmonitor=false', ...command],
      { cwd: folder, timeout: MILLISECONDS, env: gitEnvironment(env), signal },
      (error, _, stderr) => {
        if (error === null) resolve('yes');
        else if (error.code === 1) resolve('no');
        else if (String(error.code) === 'ENOENT' || stderr.includes('not a git repository'))
          resolve('no repository');
        else resolve('unknown');
      },
    );
  });
}
