import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { type AdapterContext, type CallOptions, KeyturnError } from '@keyturn/core';

import { type Changes, edit } from './edit.ts';
import { failure, hasCode } from './failure.ts';
import type { Format } from './formats/format.ts';
import { refuseTracked } from './git.ts';
import { mayGiveTo, mayWriteAs } from './process.ts';
import { inTurn } from './queue.ts';
import { removeLeftovers } from './leftovers.ts';
import { type FileLock, takeLock } from './lock.ts';
import type { FileOperations } from './operations.ts';
import { locate, MOST_BYTES, type Place } from './place.ts';
import { replace } from './replace.ts';
import { tooLarge } from './room.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** One env file, which need not exist. */
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
 * Where the file is to be written, if it may be.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED` where there is no folder
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

/** A rename would need no access to the file, but who made it read-only means it, and a new owner may lock the old one out. */
async function refuseReadOnly(id: string, { folder, path }: Place): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    await access(path, constants.R_OK | constants.W_OK);
    const stats = await stat(path);
    if (!mayWriteAs(stats.uid))
      throw foreign(
        id,
        'it belongs to another user',
        'Run keyturn as that user, or change its owner.',
      );
    // New files may get the group of their folder.
    if (!mayGiveTo(stats.gid) && stats.gid !== (await stat(folder)).gid)
      throw foreign(
        id,
        'its group is not one of yours',
        'Give it to a group of the user that runs keyturn.',
      );
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw failure(id, error);
  }
}

function foreign(id: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_FAILED', `${id}: ${what}`, { hint, effect: 'none' });
}

/**
 * Makes all changes in one atomic replacement, and starts over if somebody else changed the file meanwhile.
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
      await lock.leave();
    }
  }
  throw new KeyturnError('FILE_FAILED', `${id}: something else keeps changing it`, {
    hint: 'Find out which program writes it, then run it again.',
    effect: 'none',
  });
}

/** False if the file was changed meanwhile. */
async function changeLocked(
  file: EnvFile,
  place: Place,
  lock: FileLock,
  changes: Changes,
  options: CallOptions,
): Promise<boolean> {
  const { id, format } = file;
  const before = await readSnapshot(id, place);
  const text = edit(id, format, before?.text ?? '', changes);
  const isRemoval = [...changes.values()].every((value) => value === undefined);
  if (isRemoval && text === (before?.text ?? '')) return true;
  if (text.length > MOST_BYTES) throw tooLarge(id);
  return replace(file, place, lock, before, `${before?.mark ?? ''}${text}`, options);
}
