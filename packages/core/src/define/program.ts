import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

import type { Environment } from '../contracts/runtime.ts';

/** What git needs to run and to find its configuration; no credential goes to a child process. */
const FOR_GIT = /^(?:HOME|XDG_CONFIG_HOME|USERPROFILE|SYSTEMROOT|SUDO_UID)$/i;
const isWindows = delimiter === ';';

/**
 * The folders of `PATH` in which a program may be looked for by its name. Relative and empty entries are left out: they mean
 * whatever folder the program runs in. So is `node_modules/.bin`, which `npm run` and `npx` put first: any package in the tree may
 * have put a `git` there.
 */
export function programFolders(env: Environment): string[] {
  const { PATH = isWindows ? '' : '/usr/local/bin:/usr/bin:/bin' } = env;
  return PATH.split(delimiter).filter(
    (folder) => isAbsolute(folder) && !/[/\\]node_modules[/\\]+\.bin[/\\]*$/.test(folder),
  );
}

/** The file of a program that is named without a path, by {@link programFolders}; undefined where there is none. */
export function programFile(name: string, env: Environment): string | undefined {
  // A script of another extension needs a shell on Windows.
  const file = isWindows ? `${name}.exe` : name;
  return programFolders(env)
    .map((folder) => join(folder, file))
    .find(isExecutable);
}

/** The environment of a git that acts for us: nothing but what it needs, in a language that can be understood. */
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
