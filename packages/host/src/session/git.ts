import { execFile } from 'node:child_process';

import {
  gitEnvironment,
  parseGitRemote,
  programFile,
  type Environment,
  type GitRemote,
} from '@keyturn/core';

const MILLISECONDS = 5000;

/** Where git fetches `origin` from; undefined where there is no git, no checkout or no such remote. */
export function originOf(directory: string, env: Environment): Promise<GitRemote | undefined> {
  const file = programFile('git', env);
  if (file === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile(
      file,
      ['-C', directory, 'remote', 'get-url', 'origin'],
      { timeout: MILLISECONDS, env: gitEnvironment(env) },
      (error, stdout) => {
        resolve(error === null ? parseGitRemote(stdout.trim()) : undefined);
      },
    );
  });
}
