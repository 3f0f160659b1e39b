import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { hasCode, syncFolder, withEffect, type CallOptions, type Effect } from '@keyturn/core';

import type { EnvFile } from './env-file.ts';
import { failure } from './failure.ts';
import type { FileLock } from './lock.ts';
import { changedAfterwards, interrupted } from './messages.ts';
import { type FileOperations, mayExist } from './operations.ts';
import { locate, type Place } from './place.ts';
import { isUnchanged, readSnapshot, type Snapshot } from './snapshot.ts';

const PERMISSIONS = 0o7777n;
const PRIVATE = 0o600n;
/** The name of the new file before it takes its place. */
export const NEW = 'new';

/**
 * Replaces the old file by a complete new one, durably and with the same mode and owner; readers see either the old or the new one.
 * Resolves with false and does nothing if the old file was changed since it was read, or if the lock was lost.
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
  const temporary = join(lock.folder, NEW);
  let effect: Effect = 'none';
  let handle: FileHandle | undefined;
  try {
    handle = await openTemporary(operations, lock, temporary);
    await fill(handle, before, text, async () => {
      await options.beforeWrite?.();
      if (options.signal.aborted) throw interrupted(id);
    });
    if (!(await isInPlace(file, place)) || !(await isUnchanged(id, place, before))) return false;
    effect = 'unknown';
    await operations.rename(temporary, place.path).catch(async (error: unknown) => {
      // If it is still there, it was not renamed.
      if (await mayExist(operations, temporary)) effect = 'none';
      else if (!(await mayExist(operations, lock.folder))) effect = 'none';
      throw error;
    });
    await applyMode(handle, before);
    // Who may write into a folder may not always read it.
    await syncFolder(operations, place.folder, 'EACCES');
    const placed = await readSnapshot(id, place);
    if (!(await isInPlace(file, place)) || `${placed?.mark}${placed?.text}` !== text)
      throw changedAfterwards(id);
    return true;
  } catch (error) {
    if (effect === 'none' && hasCode(error, 'ENOENT') && !(await mayExist(operations, lock.folder)))
      return false;
    // A failed read changes nothing, but the write before it did.
    throw effect === 'none' ? failure(id, error) : withEffect(failure(id, error, effect), effect);
  } finally {
    // Its purpose is done or has failed, which has been reported.
    await handle?.close().catch(() => {});
  }
}

/** Whether the target still leads to the same file: a folder or a link in its path may have been replaced. */
async function isInPlace({ id, path, context }: EnvFile, place: Place): Promise<boolean> {
  return (await locate(id, path, context.directory))?.path === place.path;
}

async function openTemporary(
  operations: FileOperations,
  lock: FileLock,
  path: string,
): Promise<FileHandle> {
  // If this process is killed or the power fails, the plaintext that is left is not committed.
  const ignored = join(lock.folder, '.gitignore');
  await operations.writeFile(ignored, '*\n', { mode: 0o600, flush: true });
  return operations.open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
}

/** Only the owner can read the file, whatever happens to this process. */
async function fill(
  handle: FileHandle,
  before: Snapshot | undefined,
  text: string,
  beforeWrite: () => Promise<void>,
): Promise<void> {
  await handle.writeFile(text, 'latin1');
  await handle.sync();
  const own = await handle.stat({ bigint: true });
  if (Number(own.size) !== text.length) throw Object.assign(new Error(), { code: 'ENOSPC' });
  await beforeWrite();
  const stats = before?.stats;
  if (stats === undefined || (own.uid === stats.uid && own.gid === stats.gid)) return;
  await handle.chown(Number(stats.uid), Number(stats.gid));
  await handle.sync();
}

/** Sets the mode of the old file; after the owner, because changing the owner removes bits of the mode. */
async function applyMode(handle: FileHandle, before: Snapshot | undefined): Promise<void> {
  const mode = (before?.stats.mode ?? PRIVATE) & PERMISSIONS;
  if (mode === PRIVATE) return;
  await handle.chmod(Number(mode));
  await handle.sync();
}
