import { join } from 'node:path';

import { KeyturnError } from '@keyturn/core';

import { draftPath, holderOf, lockPath } from './lock.ts';
import { type FileOperations, removeFolder } from './operations.ts';
import type { Place } from './place.ts';
import { type Machine, thisMachine } from './process.ts';
import { judge, parseHolder } from './holder.ts';

const DRAFT = /^\.keyturn-([\da-f]{16})$/;
/** What version 1.0 wrote next to the file. */
export const LEGACY = /^\.keyturn-(\d{1,10})-[\da-f]{16}\.tmp$/;

/**
 * Removes what killed processes left when writing this file, because it may contain plaintext. Running processes are not touched.
 *
 * @throws {KeyturnError} `FILE_UNSAFE` if something else is in the place of the lock, `FILE_FAILED` if the lock of another user
 * cannot be removed
 */
export async function removeLeftovers(
  id: string,
  place: Place,
  operations: FileOperations,
): Promise<void> {
  const machine = await thisMachine();
  try {
    await holderOf(id, operations, place, machine);
    // This succeeds only if the lock is free.
    await operations.rmdir(lockPath(place)).catch(() => {});
  } catch (error) {
    if (KeyturnError.is(error)) throw error;
  }
  const { folder, name } = place;
  for (const other of await operations.readdir(folder).catch(() => [])) {
    if (!other.startsWith(name)) continue;
    const rest = other.slice(name.length);
    const [, unique] = DRAFT.exec(rest) ?? [];
    if (unique !== undefined) await removeDraft(draftPath(place, unique), operations, machine);
    const [, pid] = LEGACY.exec(rest) ?? [];
    if (pid !== undefined && (await machine.startOf(Number(pid))) === undefined)
      await operations.unlink(join(folder, other)).catch(() => {});
  }
}

/** A process whose draft is gone prepares another one, so drafts from other machines can be removed too. */
async function removeDraft(
  draft: string,
  operations: FileOperations,
  machine: Machine,
): Promise<void> {
  for (const name of await operations.readdir(draft).catch(() => [])) {
    const holder = parseHolder(name);
    if (holder !== undefined && (await judge(holder, machine)) !== 'alive')
      await removeFolder(operations, join(draft, name)).catch(() => {});
  }
  await operations.rmdir(draft).catch(() => {});
}
