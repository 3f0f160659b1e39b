import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import type { Environment } from '../contracts/runtime.ts';

/** What git needs to run and to find its configuration. Credentials must not be passed to a child process. */
const FOR_GIT = /^(?:HOME|XDG_CONFIG_HOME|USERPROFILE|SYSTEMROOT|SUDO_UID)$/i;
const isWindows = delimiter === ';';

/**
 * The folders of `PATH` that are safe to search for programs. Excludes relative and empty entries, which depend on the working
 * directory, and `node_modules/.bin`, which `npm run` and `npx` put first: any installed package could put a `git` there.
 */
export function programFolders(env: Environment): string[] {
  const { PATH = isWindows ? '' : '/usr/local/bin:/usr/bin:/bin' } = env;
  return PATH.split(delimiter).filter(
    (folder) => isAbsolute(folder) && !/[/\\]node_modules[/\\]+\.bin[/\\]*$/.test(folder),
  );
}

/** Finds the file of a program in {@link programFolders}; undefined if there is none. */
export function programFile(name: string, env: Environment): string | undefined {
  // On Windows, scripts with other extensions need a shell.
  const file = isWindows ? `${name}.exe` : name;
  return programFolders(env)
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

/** The environment for running git: only what it needs, with output in English. */
export function gitEnvironment(env: Environment): Record<string, string | undefined> {
  const passedOn = Object.entries(env).filter(([name]) => FOR_GIT.test(name));
  return {
    ...Object.fromEntries(passedOn),
    PATH: programFolders(env).join(delimiter),
    LC_ALL: 'C',
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
