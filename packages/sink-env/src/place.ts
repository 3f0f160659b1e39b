import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { hasCode } from '@keyturn/core';

import { failure } from './failure.ts';
import { isFolder, linkBroken, linkOutside, notRegular, tooLarge } from './messages.ts';
import { isBelow } from './target.ts';

/** The real place of the file, with links resolved. */
export interface Place {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/** Larger than any env file, so that nothing else is read by accident. */
export const MOST_BYTES = 1024 * 1024;

/**
 * Finds the file, which does not have to exist; undefined if its folder does not exist.
 *
 * Inside `directory`, links must not lead out of it; a file elsewhere must not be a link out of its own folder.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED`
 */
export async function locate(
  id: string,
  path: string,
  directory: string,
): Promise<Place | undefined> {
  const absolute = resolve(directory, path);
  try {
    const folder = await realpath(dirname(absolute)).catch(undefinedIfMissing);
    if (folder === undefined) return undefined;
    const limit = isBelow(directory, absolute) ? await realpath(directory) : folder;
    const file = join(folder, basename(absolute));
    const isThere = (await lstat(file).catch(undefinedIfMissing)) !== undefined;
    // If the file system ignores case, this is the name as it was created.
    const real = isThere ? await realpath(file).catch(undefinedIfMissing) : file;
    if (real === undefined) throw linkBroken(id);
    if (!isBelow(limit, real)) throw linkOutside(id, limit);
    const stats = await lstat(real).catch(undefinedIfMissing);
    if (stats !== undefined) refuseOther(id, stats);
    return { folder: dirname(real), name: basename(real), path: real };
  } catch (error) {
    throw failure(id, error);
  }
}

function refuseOther(id: string, stats: Stats): void {
  if (stats.isDirectory()) throw isFolder(id);
  if (!stats.isFile()) throw notRegular(id);
  if (stats.size > MOST_BYTES) throw tooLarge(id);
}

function undefinedIfMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}
