import { execFile } from 'node:child_process';

import {
  gitEnvironment,
  programFile,
  type AdapterContext,
  type CallOptions,
  type Environment,
} from '@keyturn/core';

import { interrupted, unsafe } from './failure.ts';
import type { Place } from './place.ts';

const MILLISECONDS = 5000;

/**
 * Refuses a file that git tracks: its next commit would publish the secret. Where there is no git, or no repository,
 * every file is as good as untracked.
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
    // A name is no pattern.
    ['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', place.name],
    place,
    env,
    options,
  );
  if (options.signal.aborted) throw interrupted(id);
  if (listed === 'yes')
    throw unsafe(
      id,
      'git tracks it, so the secret would be committed',
      'Take it out of git and ignore it, or allow it with --allow tracked-file.',
    );
  if (listed === 'unknown')
    throw unsafe(
      id,
      'git does not tell whether it tracks the file',
      'See what `git status` says in its folder, or allow it with --allow tracked-file.',
    );
}

/** Whether the file stands in a work tree and nothing keeps it from being added. */
export async function isUnignored(
  place: Place,
  { env }: AdapterContext,
  options: CallOptions,
): Promise<boolean> {
  return (await git(['check-ignore', '-q', '--', `./${place.name}`], place, env, options)) === 'no';
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
      // No program that the repository names is run.
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
