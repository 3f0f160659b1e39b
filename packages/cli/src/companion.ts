import { pathToFileURL } from 'node:url';

import type { KeyturnError } from '@keyturn/core';
import { refuseForeignAdapter, resolveFrom } from '@keyturn/host/session';

import type { Host } from './host.ts';

/**
 * Loads one of keyturn's own packages that is installed separately, from the working directory or from beside the program.
 *
 * @throws {KeyturnError} the error for a package that is not installed; `FILE_UNSAFE` if another user could replace its code
 */
export async function loadCompanion<Module>(
  packageName: string,
  {
    directory,
    programFolder,
    isUntrusted,
    env,
    uid,
  }: Pick<Host, 'directory' | 'programFolder' | 'isUntrusted' | 'env' | 'uid'>,
  missing: (packageName: string) => KeyturnError,
): Promise<Module> {
  const folders = isUntrusted === true ? [programFolder] : [directory, programFolder];
  for (const from of folders) {
    const file = resolveFrom(from, packageName);
    if (file === undefined) continue;
    await refuseForeignAdapter({ packageName, from }, file, { env, uid }, programFolder);
    return (await import(pathToFileURL(file).href)) as Module;
  }
  throw missing(packageName);
}
