import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';

import { type AdapterContext, type CallOptions, KeyturnError } from '@keyturn/core';

import { type Changes, edit } from './edit.ts';
import { failure, hasCode, unsafe } from './failure.ts';
import type { Format } from './formats/format.ts';
import { refuseTracked } from './git.ts';
import { mayWriteAs } from './process.ts';
import { inTurn } from './queue.ts';
import { removeLeftovers } from './leftovers.ts';
import { locate, MOST_BYTES, type Place } from './place.ts';
import { replace } from './replace.ts';
import { readSnapshot, type Snapshot } from './snapshot.ts';

/** One env file, which need not exist. */
export interface EnvFile {
  readonly id: string;
  readonly path: string;
  readonly format: Format;
  readonly context: AdapterContext;
}

const MOST_TRIES = 3;

/** The file as it is now; undefined where it, or its folder, does not exist. */
export async function readFile({ id, path, context }: EnvFile): Promise<Snapshot | undefined> {
  const place = await locate(id, path, context.directory);
  return place === undefined ? undefined : readSnapshot(id, place);
}

/**
 * Where the file is to be written, if it may be.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED` where there is no folder
 */
export async function writablePlace(
  { id, path, context }: EnvFile,
  options: CallOptions,
): Promise<Place> {
  const place = await locate(id, path, context.directory);
  if (place === undefined) throw failure(id, Object.assign(new Error(), { code: 'ENOENT' }));
  await refuseTracked(id, place, context, options);
  await removeLeftovers(place, context.clock);
  await refuseReadOnly(id, place);
  return place;
}

/** A rename would need no access to the file, but who made it read-only means it, and a new owner may lock the old one out. */
async function refuseReadOnly(id: string, { folder, path }: Place): Promise<void> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    await access(path, constants.R_OK | constants.W_OK);
    if (mayWriteAs((await stat(path)).uid)) return;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw failure(id, error);
  }
  throw new KeyturnError('FILE_FAILED', `${id}: it belongs to another user`, {
    hint: 'Run keyturn as that user, or give the file to the one that runs it.',
    effect: 'none',
  });
}

/**
 * Makes all changes in one atomic replacement, and starts over where somebody else changed the file meanwhile. Resolves with
 * when the file was last changed, or with undefined where there was nothing to change.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED`, `INTERRUPTED`
 */
export async function change(
  file: EnvFile,
  changes: Changes,
  options: CallOptions,
): Promise<string | undefined> {
  const place = await locate(file.id, file.path, file.context.directory);
  return inTurn(place?.path ?? file.path, () => changeNow(file, changes, options));
}

async function changeNow(
  file: EnvFile,
  changes: Changes,
  options: CallOptions,
): Promise<string | undefined> {
  const { id, format } = file;
  const isRemoval = [...changes.values()].every((value) => value === undefined);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const place = await writablePlace(file, options);
    const before = await readSnapshot(id, place);
    const text = edit(id, format, before?.text ?? '', changes);
    if (isRemoval && text === (before?.text ?? '')) return undefined;
    if (text.length > MOST_BYTES)
      throw unsafe(id, 'it would be larger than 1 MiB', 'Deliver to a file of its own.');
    const at = await replace(id, place, before, `${before?.mark ?? ''}${text}`, options);
    if (at !== undefined) return at;
  }
  throw new KeyturnError('FILE_FAILED', `${id}: something else keeps changing it`, {
    hint: 'Find out which program writes it, then run it again.',
    effect: 'none',
  });
}
