import { execFile } from 'node:child_process';

import { parseGitRemote, type Environment, type GitRemote } from '@keyturn/core';

const MILLISECONDS = 5000;

/** What git needs to run and to find its configuration; no credential goes to a child process. */
const PASSED_ON = /^(?:PATH|HOME|XDG_CONFIG_HOME|USERPROFILE|SYSTEMROOT)$/i;

/** Where git fetches `origin` from; undefined where there is no git, no checkout or no such remote. */
export function originOf(directory: string, env: Environment): Promise<GitRemote | undefined> {
  const passedOn = Object.fromEntries(Object.entries(env).filter(([name]) => PASSED_ON.test(name)));
  return new Promise((resolve) => {
    execFile(
      'git',
      ['-C', directory, 'remote', 'get-url', 'origin'],
      { timeout: MILLISECONDS, env: passedOn },
      (error, stdout) => {
        resolve(error === null ? parseGitRemote(stdout.trim()) : undefined);
      },
    );
  });
}
