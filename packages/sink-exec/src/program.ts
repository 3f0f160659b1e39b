import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { programFolders, type AdapterContext } from '@keyturn/core';

import { commandNotFound, fileNotFound, notExecutable } from './messages.ts';
import { isPath } from './target.ts';

/**
 * Finds the file of a program: a path relative to the folder of the configuration, or a command in `PATH`, except for entries that
 * depend on the working directory.
 *
 * @throws {KeyturnError} `TARGET_NOT_FOUND`, `PERMISSION_DENIED` if it is not executable
 */
export async function findProgram(
  id: string,
  program: string,
  { directory, env }: AdapterContext,
): Promise<string> {
  const folders = isPath(program) ? [''] : programFolders(env);
  let blocked: string | undefined;
  for (const folder of folders) {
    const file = resolve(directory, folder, program);
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    if (await isExecutable(file)) return file;
    blocked ??= file;
  }
  if (blocked !== undefined) throw notExecutable(id, blocked);
  throw isPath(program)
    ? fileNotFound(id, resolve(directory, program), directory)
    : commandNotFound(id, program);
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
