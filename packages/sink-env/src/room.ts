import type { StatsFs } from 'node:fs';

import { hasCode, type SinkLimits } from '@keyturn/core';

import { type Changes, edit } from './edit.ts';
import type { EnvFile } from './env-file.ts';
import { failure } from './failure.ts';
import { draftPath } from './lock.ts';
import { wouldBeTooLarge } from './messages.ts';
import type { FileOperations } from './operations.ts';
import { MOST_BYTES, type Place } from './place.ts';

/** A generous size for a future value: tokens have at most a few hundred characters. */
const VALUE_BYTES = 4096;
/** The lock's folders, and the new file's last block. */
const SPARE_BYTES = 64 * 1024;

/**
 * Checks without writing that the names can be set, and that the file and the disk have room for their values.
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
  if (bytes > MOST_BYTES) throw wouldBeTooLarge(id);
  const disk = await lookAt(id, place, operations);
  // Some file systems do not count, and report 0.
  const isCounted = disk.blocks > 0 && disk.bfree * disk.bsize < bytes + SPARE_BYTES;
  if (isCounted || (disk.files > 0 && disk.ffree === 0))
    throw failure(id, Object.assign(new Error(), { code: 'ENOSPC' }));
}

/** The state of the disk; fails if the name of a temporary file would be too long. */
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
