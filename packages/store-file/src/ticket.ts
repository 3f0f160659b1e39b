import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { KeyturnError } from '@keyturn/core';

import { prepare, withdraw } from './candidate.ts';
import { hasCode, ignore, unsafe } from './failure.ts';
import { makeWithin, type Paths } from './folder.ts';
import { readClock } from './heartbeat.ts';
import { busy, type Holder } from './holder.ts';
import { type FileOperations, removeFile } from './operations.ts';
import { isGone, type Means, readHolder, tenants, TICKET } from './tenant.ts';

/** A lock is free again and again while others take and leave it; beyond this many times they are told apart no more. */
const MOST_TRIES = 200;
/** What a holder that was moved out is kept as in the hall, until its file is out of use. */
export const MARK = '.broken';
const DRAFT = /^[0-9a-f]{32}\.(?:copy|head)$/;

/**
 * Takes a rotation's lock, and returns the ticket that stands for holding it.
 *
 * The lock is a folder with one file in it, named by the holder's ticket, which is never used twice. Every step is atomic and
 * names the ticket that it is about, so none can hit a later holder, however late it comes:
 * a holder moves in by renaming a folder of its own to the lock's name, which works only while that is empty or missing;
 * one that is gone is moved out by its ticket, to a mark that stays until the ledger's file was replaced.
 *
 * @throws {KeyturnError} `STATE_BUSY`, naming the holder
 */
export async function takeLock(
  means: Means,
  paths: Paths,
  rotation: string,
  holder: Holder,
): Promise<string> {
  const { operations } = means;
  const ticket = randomBytes(16).toString('hex');
  const own = join(paths.hall, ticket);
  try {
    for (let tries = 1; ; tries++) {
      try {
        await prepare(operations, paths, holder, join(own, ticket));
        if (await moveIn(operations, paths, ticket)) return ticket;
      } catch (error) {
        if (tries >= MOST_TRIES || !isCrossed(error)) throw error;
      }
      await moveOut(means, paths, rotation, join(own, ticket));
      if (tries >= MOST_TRIES) break;
    }
    throw new KeyturnError(
      'STATE_BUSY',
      `rotation "${rotation.slice(0, 100)}" changes hands all the time`,
      {
        hint: 'Run it again when fewer others do.',
        effect: 'none',
      },
    );
  } finally {
    await withdraw(operations, paths, ticket);
  }
}

/** Another run moved in first, or tidied away what this one had prepared. Windows says EPERM for the former. */
function isCrossed(error: unknown): boolean {
  return hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM');
}

async function moveIn(operations: FileOperations, paths: Paths, ticket: string): Promise<boolean> {
  // Where a folder cannot replace an empty one (Windows), that has to go first.
  await operations.rmdir(paths.lock).catch(() => {});
  await operations.rename(join(paths.hall, ticket), paths.lock);
  return holds(operations, paths, ticket);
}

/** Throws where the lock is held; otherwise nobody is in there any more, or somebody new. */
async function moveOut(means: Means, paths: Paths, rotation: string, own: string): Promise<void> {
  const { operations, machine, lease } = means;
  for (const name of await tenants(operations, paths)) {
    const path = join(paths.lock, name);
    if (DRAFT.test(name)) {
      await removeDraftOf(operations, paths, name);
      continue;
    }
    if (!TICKET.test(name))
      throw unsafe(path, 'it is not a lock of keyturn', 'Remove it, then run it again.');
    const found = await readHolder(operations, path);
    if (found === undefined) continue;
    const now = (): Promise<number | undefined> =>
      readClock(operations, own).catch(ignore('ENOENT', 'ENOTDIR'));
    if (!(await isGone(means, found, now))) throw busy(rotation, found.holder, machine, lease);
    await makeWithin(operations, paths.folder, paths.hall);
    await operations
      .rename(path, join(paths.hall, `${name}${MARK}`))
      .catch(ignore('ENOENT', 'ENOTDIR'));
  }
}

/** What a holder was writing goes only after the holder itself. */
async function removeDraftOf(
  operations: FileOperations,
  paths: Paths,
  name: string,
): Promise<void> {
  if (await holds(operations, paths, name.slice(0, 32))) return;
  await removeFile(operations, join(paths.lock, name));
}

/** Whether the ticket still lies in the lock. */
export async function holds(
  operations: FileOperations,
  { lock }: Paths,
  ticket: string,
): Promise<boolean> {
  const stats = await operations.lstat(join(lock, ticket)).catch(ignore('ENOENT', 'ENOTDIR'));
  return stats !== undefined;
}

/** Lets go; a ticket that was moved out already is let be. */
export async function leaveLock(
  operations: FileOperations,
  paths: Paths,
  ticket: string,
): Promise<void> {
  await removeFile(operations, join(paths.lock, ticket));
  await operations.rmdir(paths.lock).catch(() => {});
}
