import { lstat, open, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { codeOf, KeyturnError, type Random } from '@keyturn/core';

import { reportFailed, reportIsLink, reportIsNoFile } from '../messages.ts';

/** What stands for standard output in the place of a file; a file of that name is `./-`. */
export const STDOUT = '-';

/**
 * Writes a report to a file atomically. An existing file keeps its permissions.
 *
 * @throws {KeyturnError} `FILE_UNSAFE` for a link or anything else that is not a regular file, `FILE_FAILED`
 */
export async function writeReport(path: string, text: string, random: Random): Promise<void> {
  const suffix = Math.floor(random() * 2 ** 48).toString(36);
  const temporary = join(dirname(path), `.${basename(path)}.${suffix}.tmp`);
  try {
    const mode = await modeOf(path);
    const handle = await open(temporary, 'wx');
    try {
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    if (KeyturnError.is(error)) throw error;
    await unlink(temporary).catch(() => {});
    throw reportFailed(path, codeOf(error) ?? 'unknown');
  }
}

/** A link could lead to another place; a device or a folder must not be replaced. */
async function modeOf(path: string): Promise<number | undefined> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return undefined;
  if (stats.isFile()) return stats.mode & 0o777;
  throw stats.isSymbolicLink() ? reportIsLink(path) : reportIsNoFile(path);
}
