import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { hasCode, type AdapterContext, type CallOptions } from '@keyturn/core';

import type { Changes } from './edit.ts';
import { failure } from './failure.ts';
import type { Format } from './formats/format.ts';
import { refuseTracked } from './git.ts';
import { mayGiveTo, mayWriteAs } from './process.ts';
import { inTurn } from './queue.ts';
import { removeLeftovers } from './leftovers.ts';
import { type FileLock, takeLock } from './lock.ts';
import * as messages from './messages.ts';
import type { FileOperations } from './operations.ts';
import { locate, MOST_BYTES, type Place } from './place.ts';
import { replace } from './replace.ts';
import { rewrite } from './rewrite.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** One env file, which does not have to exist. */
export interface EnvFile {
  readonly id: string;
  readonly path: string;
  readonly format: Format;
  readonly context: AdapterContext;
  readonly operations: FileOperations;
}

const MOST_TRIES = 3;

/** The file as it is now; undefined if it, or its folder, does not exist. */
export async function readFile({
  id,
  path,
  context,
}: Pick<EnvFile, 'id' | 'path' | 'context'>): Promise<Snapshot | undefined> {
  const place = await locate(id, path, context.directory);
  return place === undefined ? undefined : readSnapshot(id, place);
}

/**
 * The place to write the file, if writing is allowed.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED` if the folder does not exist
 */
export async function writablePlace(
  { id, path, context, operations }: EnvFile,
  options: CallOptions,
): Promise<Place> {
  const place = await locate(id, path, context.directory);
  if (place === undefined) throw failure(id, Object.assign(new Error(), { code: 'ENOENT' }));
  await refuseTracked(id, place, context, options);
  await removeLeftovers(id, place, operations);
  await refuseReadOnly(id, place);
  return place;
}

/** A rename does not need write access to the file, but a read-only file is so on purpose, and a new owner could lock out the old one. */
async function refuseReadOnly(id: string, { folder, path }: Place): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    await access(path, constants.R_OK | constants.W_OK);
    const stats = await stat(path);
    if (!mayWriteAs(stats.uid)) throw messages.ownedByOther(id);
    // A new file can have the group of its folder.
    if (!mayGiveTo(stats.gid) && stats.gid !== (await stat(folder)).gid)
      throw messages.groupForeign(id);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw failure(id, error);
  }
}

/**
 * Makes all changes in one atomic replacement, and starts over if the file was changed in the meantime.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED`, `INTERRUPTED`
 */
export async function change(file: EnvFile, changes: Changes, options: CallOptions): Promise<void> {
  const place = await locate(file.id, file.path, file.context.directory);
  await inTurn(place?.path ?? file.path, () => changeNow(file, changes, options));
}

async function changeNow(file: EnvFile, changes: Changes, options: CallOptions): Promise<void> {
  const { id, operations, context } = file;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const place = await writablePlace(file, options);
    const means = { operations, clock: context.clock, signal: options.signal };
    const lock = await takeLock(id, place, means);
    try {
      if (await changeLocked(file, place, lock, changes, options)) return;
    } finally {
      await lock.release();
    }
  }
  throw messages.keepsChanging(id);
}

/** False if the file was changed in the meantime. */
async function changeLocked(
  file: EnvFile,
  place: Place,
  lock: FileLock,
  changes: Changes,
  options: CallOptions,
): Promise<boolean> {
  const { id, format } = file;
  const before = await readSnapshot(id, place);
  const old = before ?? { mark: '', text: '' };
  const text = rewrite(id, format, old, changes);
  const isRemoval = [...changes.values()].every((value) => value === undefined);
  if (isRemoval && text === `${old.mark}${old.text}`) return true;
  if (text.length > MOST_BYTES) throw messages.wouldBeTooLarge(id);
  return replace(file, place, lock, before, text, options);
}
