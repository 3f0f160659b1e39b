import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { failure, hasCode, unsafe } from './failure.ts';
import { isBelow } from './target.ts';

/** Where the file really is, links followed. */
export interface Place {
  readonly folder: string;
  readonly name: string;
  readonly path: string;
}

/** Larger than any env file: nothing else is read by accident. */
export const MOST_BYTES = 1024 * 1024;

/**
 * Finds the file, which need not exist; undefined where its folder does not.
 *
 * Below `directory` no link may lead out of it; a file elsewhere may be no link out of its own folder.
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
    const folder = await realpath(dirname(absolute)).catch(undefinedWhereMissing);
    if (folder === undefined) return undefined;
    const limit = isBelow(directory, absolute) ? await realpath(directory) : folder;
    const file = join(folder, basename(absolute));
    const isThere = (await lstat(file).catch(undefinedWhereMissing)) !== undefined;
    // Where the file system ignores case, this is the name as it was made.
    const real = isThere ? await realpath(file).catch(undefinedWhereMissing) : file;
    if (real === undefined)
      throw unsafe(id, 'it is a symbolic link to nothing', 'Remove the link.');
    if (!isBelow(limit, real))
      throw unsafe(
        id,
        `a symbolic link on its path leads out of ${limit}`,
        'Name the file that is meant itself.',
      );
    const stats = await lstat(real).catch(undefinedWhereMissing);
    if (stats !== undefined) refuseOther(id, stats);
    return { folder: dirname(real), name: basename(real), path: real };
  } catch (error) {
    throw failure(id, error);
  }
}

function refuseOther(id: string, stats: Stats): void {
  if (stats.isDirectory()) throw unsafe(id, 'it is a folder', 'Name a file in it, such as .env.');
  if (!stats.isFile())
    throw unsafe(id, 'it is no plain file', 'Name a file, not a device, pipe or socket.');
  if (stats.size > MOST_BYTES)
    throw unsafe(id, 'it is larger than 1 MiB', 'Name an env file: this does not look like one.');
}

function undefinedWhereMissing(error: unknown): undefined {
  if (!hasCode(error, 'ENOENT')) throw error;
}
