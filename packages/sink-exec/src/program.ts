import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { KeyturnError, programFolders, type AdapterContext } from '@keyturn/core';

import { isPath } from './target.ts';

/**
 * Finds the file of a program: a path from the folder of the configuration, a command in `PATH`, but for entries that
 * depend on where keyturn is started from.
 *
 * @throws {KeyturnError} `TARGET_NOT_FOUND`, `PERMISSION_DENIED` where it is not executable
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
  if (blocked !== undefined)
    throw new KeyturnError('PERMISSION_DENIED', `${id}: the program may not be run`, {
      hint: `Make it executable: chmod +x ${blocked}`,
      effect: 'none',
    });
  const where = isPath(program) ? `at ${resolve(directory, program)}` : 'in PATH';
  throw new KeyturnError('TARGET_NOT_FOUND', `${id}: there is no program ${where}`, {
    hint: isPath(program)
      ? `Correct the path; a relative one starts at ${directory}.`
      : `Install it, or write its path: exec:./${program}; node_modules/.bin is not looked into.`,
    effect: 'none',
  });
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
