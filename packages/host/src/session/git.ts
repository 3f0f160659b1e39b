import {
  gitEnvironment,
  parseGitRemote,
  programFile,
  type Environment,
  type GitRemote,
} from '@keyturn/core';

const MILLISECONDS = 5000;

/** The address that git fetches `origin` from; undefined without git, a checkout or that remote. */
export async function originOf(
  directory: string,
  env: Environment,
): Promise<GitRemote | undefined> {
  const file = programFile('git', env);
  if (file === undefined) return undefined;
  const { execFile } = await import('node:child_process');
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
