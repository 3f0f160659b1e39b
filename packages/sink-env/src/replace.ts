import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import type { CallOptions } from '@keyturn/core';

import { failure, hasCode, interrupted } from './failure.ts';
import { temporaryName } from './leftovers.ts';
import type { Place } from './place.ts';
import { isUnchanged, modifiedAt, type Snapshot } from './snapshot.ts';

const PERMISSIONS = 0o7777n;

/**
 * Puts a whole new file in the place of the old one, durable, with its mode and owner; a reader finds one or the other.
 * Resolves with when it was last changed, or with undefined, and nothing done, where the old one has
 * been changed since it was read.
 *
 * @throws {KeyturnError} `FILE_FAILED`, `INTERRUPTED`; its effect is `none` until the new file is in place
 */
export async function replace(
  id: string,
  place: Place,
  before: Snapshot | undefined,
  text: string,
  { signal }: CallOptions,
): Promise<string | undefined> {
  const temporary = join(place.folder, temporaryName(place.name, randomBytes(8).toString('hex')));
  let isInPlace = false;
  try {
    const at = await writeTemporary(temporary, before, text);
    if (signal.aborted) throw interrupted(id);
    if (!(await isUnchanged(place, before))) return undefined;
    await rename(temporary, place.path);
    isInPlace = true;
    await syncFolder(place.folder);
    return at;
  } catch (error) {
    throw failure(id, error, isInPlace ? 'unknown' : 'none');
  } finally {
    // What cannot be removed now is removed by a later call.
    if (!isInPlace) await unlink(temporary).catch(() => {});
  }
}

async function writeTemporary(
  path: string,
  before: Snapshot | undefined,
  text: string,
): Promise<string> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(path, flags, 0o600);
  try {
    await handle.writeFile(text, 'latin1');
    if (before !== undefined) await dress(handle, before);
    await handle.sync();
    return modifiedAt(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}

/** The owner first: a change of owner takes away bits of the mode. */
async function dress(handle: FileHandle, { stats }: Snapshot): Promise<void> {
  const own = await handle.stat({ bigint: true });
  if (own.uid !== stats.uid || own.gid !== stats.gid)
    await handle.chown(Number(stats.uid), Number(stats.gid));
  await handle.chmod(Number(stats.mode & PERMISSIONS));
}

/** Windows has no such thing, and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch((error: unknown) => {
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES')) throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
