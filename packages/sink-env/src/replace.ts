import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { type CallOptions, type Effect, KeyturnError } from '@keyturn/core';

import type { EnvFile } from './env-file.ts';
import { failure, hasCode, interrupted } from './failure.ts';
import type { FileLock } from './lock.ts';
import { type FileOperations, syncFolder } from './operations.ts';
import { locate, type Place } from './place.ts';
import { isUnchanged, readSnapshot, type Snapshot } from './snapshot.ts';

const PERMISSIONS = 0o7777n;
const PRIVATE = 0o600n;

/**
 * Puts a whole new file in the place of the old one, durable, with its mode and owner; a reader finds one or the other.
 * Resolves with false, and nothing done, if the old one was changed since it was read or the lock was lost.
 *
 * @throws {KeyturnError} `FILE_FAILED`, `INTERRUPTED`; its effect is `none` until the new file is in place
 */
export async function replace(
  file: EnvFile,
  place: Place,
  lock: FileLock,
  before: Snapshot | undefined,
  text: string,
  options: CallOptions,
): Promise<boolean> {
  const { id, operations } = file;
  const temporary = join(lock.folder, 'new');
  let effect: Effect = 'none';
  try {
    await writeTemporary(operations, lock, temporary, before, text, async () => {
      await options.beforeWrite?.();
      if (options.signal.aborted) throw interrupted(id);
    });
    if (!(await isInPlace(file, place)) || !(await isUnchanged(id, place, before))) return false;
    effect = 'unknown';
    await operations.rename(temporary, place.path).catch(async (error: unknown) => {
      // If it is still there, it was not renamed.
      if (await exists(operations, temporary)) effect = 'none';
      else if (!(await exists(operations, lock.folder))) effect = 'none';
      throw error;
    });
    await syncFolder(operations, place.folder);
    const placed = await readSnapshot(id, place);
    if (!(await isInPlace(file, place)) || `${placed?.mark}${placed?.text}` !== text)
      throw new KeyturnError('FILE_FAILED', `${id}: something else changed it right afterwards`, {
        hint: 'Find out which program writes it, then run it again.',
      });
    return true;
  } catch (error) {
    if (effect === 'none' && hasCode(error, 'ENOENT') && !(await exists(operations, lock.folder)))
      return false;
    throw effect === 'none' ? failure(id, error) : unsure(failure(id, error, effect));
  }
}

/** What a look finds says of itself that it changed nothing; the write before it has. */
function unsure(error: KeyturnError): KeyturnError {
  const { code, message, hint, effect } = error;
  return effect === 'unknown' ? error : new KeyturnError(code, message, { ...(hint && { hint }) });
}

/** Whether the target still leads to the same file: a folder or a link on its path may have been exchanged. */
async function isInPlace({ id, path, context }: EnvFile, place: Place): Promise<boolean> {
  return (await locate(id, path, context.directory))?.path === place.path;
}

async function exists(operations: FileOperations, path: string): Promise<boolean> {
  try {
    await operations.lstat(path);
    return true;
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR');
  }
}

async function writeTemporary(
  operations: FileOperations,
  lock: FileLock,
  path: string,
  before: Snapshot | undefined,
  text: string,
  beforeWrite: () => Promise<void>,
): Promise<void> {
  // Should this process be killed, the plaintext that it leaves is not committed.
  await operations.writeFile(join(lock.folder, '.gitignore'), '*\n', { mode: 0o600 });
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await operations.open(path, flags, 0o600);
  try {
    await handle.writeFile(text, 'latin1');
    await handle.sync();
    if ((await handle.stat()).size !== text.length)
      throw Object.assign(new Error(), { code: 'ENOSPC' });
    await beforeWrite();
    if (before !== undefined) await dress(handle, before);
  } finally {
    await handle.close();
  }
}

/** The owner first: a change of owner takes away bits of the mode. Nobody else can reach the file where it is now. */
async function dress(handle: FileHandle, { stats }: Snapshot): Promise<void> {
  const own = await handle.stat({ bigint: true });
  const isForeign = own.uid !== stats.uid || own.gid !== stats.gid;
  const mode = stats.mode & PERMISSIONS;
  if (!isForeign && mode === PRIVATE) return;
  if (isForeign) await handle.chown(Number(stats.uid), Number(stats.gid));
  await handle.chmod(Number(mode));
  await handle.sync();
}
