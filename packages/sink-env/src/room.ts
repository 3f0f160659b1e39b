import type { StatsFs } from 'node:fs';

import type { KeyturnError, SinkLimits } from '@keyturn/core';

import { type Changes, edit } from './edit.ts';
import type { EnvFile } from './env-file.ts';
import { failure, hasCode, unsafe } from './failure.ts';
import { draftPath } from './lock.ts';
import type { FileOperations } from './operations.ts';
import { MOST_BYTES, type Place } from './place.ts';

/** A generous size for a value that is still to come: tokens have at most a few hundred characters. */
const VALUE_BYTES = 4096;
/** The lock's folders, and the new file's last block. */
const SPARE_BYTES = 64 * 1024;

/**
 * Makes sure, without writing, that the names can be set, and that file and disk have room for their values.
 *
 * @throws {KeyturnError} `FILE_UNSAFE`, `FILE_FAILED`
 */
export async function refuseFull(
  { id, format, operations }: EnvFile,
  place: Place,
  text: string,
  names: readonly string[],
): Promise<void> {
  const changes = changesFor(names, format.limits);
  const bytes = edit(id, format, text, changes).length;
  if (bytes > MOST_BYTES) throw tooLarge(id);
  const disk = await lookAt(id, place, operations);
  // Some file systems do not count, and say nought of everything.
  const isCounted = disk.blocks > 0 && disk.bfree * disk.bsize < bytes + SPARE_BYTES;
  if (isCounted || (disk.files > 0 && disk.ffree === 0))
    throw failure(id, Object.assign(new Error(), { code: 'ENOSPC' }));
}

/** The disk; fails if a name beside the file could not be that long. */
async function lookAt(id: string, place: Place, operations: FileOperations): Promise<StatsFs> {
  try {
    await operations.lstat(draftPath(place, '0'.repeat(16))).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
    return await operations.statfs(place.folder);
  } catch (error) {
    throw failure(id, error);
  }
}

function changesFor(names: readonly string[], { maxBytes = VALUE_BYTES }: SinkLimits): Changes {
  const value = 'x'.repeat(Math.min(VALUE_BYTES, maxBytes));
  return new Map(names.map((name) => [name, value]));
}

export function tooLarge(id: string): KeyturnError {
  return unsafe(id, 'it would be larger than 1 MiB', 'Deliver to a file of its own.');
}
