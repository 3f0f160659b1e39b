import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';

import { type Clock, KeyturnError } from '@keyturn/core';

import { hasCode, lost, unsafe } from './failure.ts';
import { namesIn, type Paths } from './folder.ts';
import { busy, describeHolder, type Holder, isHere, isStale, parseHolder } from './holder.ts';
import type { Machine } from './machine.ts';
import {
  type FileOperations,
  openExisting,
  openFile,
  readRange,
  removeFile,
} from './operations.ts';

/** A lock is free again and again while others take and leave it; beyond this many times they are told apart no more. */
const MOST_TRIES = 200;
const TICKET = /^[0-9a-f]{32}$/;
/** What a holder that was moved out is kept as in the hall, until its file is out of use. */
export const MARK = '.broken';
const DRAFT = /^[0-9a-f]{32}\.(?:copy|head)$/;

export interface Means {
  readonly operations: FileOperations;
  readonly machine: Machine;
  readonly clock: Clock;
  /** Milliseconds without a heartbeat after which a holder elsewhere is taken for dead. */
  readonly lease: number;
}

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
        await prepare(means, paths, holder, join(own, ticket));
        if (await moveIn(operations, paths, ticket)) return ticket;
      } catch (error) {
        if (tries >= MOST_TRIES || !isCrossed(error)) throw error;
      }
      await moveOut(means, paths, rotation);
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
    await removeFile(operations, join(own, ticket)).catch(() => {});
    await operations.rmdir(own).catch(() => {});
    await operations.rmdir(paths.hall).catch(() => {});
  }
}

/** Another run moved in first, or tidied away what this one had prepared. Windows says EPERM for the former. */
function isCrossed(error: unknown): boolean {
  return hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM');
}

async function prepare(
  { operations, clock }: Means,
  { hall }: Paths,
  holder: Holder,
  path: string,
): Promise<void> {
  await operations.mkdir(hall, { mode: 0o700 }).catch(ignore('EEXIST'));
  await operations.mkdir(dirname(path), { mode: 0o700 }).catch(ignore('EEXIST'));
  if ((await operations.lstat(path).catch(ignore('ENOENT'))) !== undefined) return;
  const { handle } = await openFile(operations, path, 'create');
  try {
    await handle.writeFile(JSON.stringify(holder));
  } finally {
    await handle.close();
  }
  const now = clock.now() / 1000;
  await operations.utimes(path, now, now);
}

async function moveIn(operations: FileOperations, paths: Paths, ticket: string): Promise<boolean> {
  // Where a folder cannot replace an empty one (Windows), that has to go first.
  await operations.rmdir(paths.lock).catch(() => {});
  await operations.rename(join(paths.hall, ticket), paths.lock);
  return holds(operations, paths, ticket);
}

/** Who is in the lock and alive, in words; nobody is moved out. */
export async function whoHolds(means: Means, paths: Paths): Promise<string | undefined> {
  for (const name of await tenants(means.operations, paths)) {
    if (!TICKET.test(name)) continue;
    const found = await readHolder(means, join(paths.lock, name));
    if (found !== undefined && !(await isGone(means, found))) return describeHolder(found.holder);
  }
  return undefined;
}

/** Throws where the lock is held; otherwise nobody is in there any more, or somebody new. */
async function moveOut(means: Means, paths: Paths, rotation: string): Promise<void> {
  const { operations, machine, lease } = means;
  for (const name of await tenants(operations, paths)) {
    const path = join(paths.lock, name);
    if (DRAFT.test(name)) {
      await removeDraftOf(operations, paths, name);
      continue;
    }
    if (!TICKET.test(name))
      throw unsafe(path, 'it is not a lock of keyturn', 'Remove it, then run it again.');
    const found = await readHolder(means, path);
    if (found === undefined) continue;
    if (!(await isGone(means, found))) throw busy(rotation, found.holder, machine, lease);
    await operations.mkdir(paths.hall, { mode: 0o700 }).catch(ignore('EEXIST'));
    await operations
      .rename(path, join(paths.hall, `${name}${MARK}`))
      .catch(ignore('ENOENT', 'ENOTDIR'));
  }
}

async function isGone(
  { machine, lease }: Means,
  { holder, silence }: { readonly holder: Holder; readonly silence: number },
): Promise<boolean> {
  const process = isHere(holder, machine)
    ? await machine.look(holder.pid)
    : { state: 'running' as const };
  return isStale(holder, machine, process, silence, lease);
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

async function tenants(operations: FileOperations, { lock }: Paths): Promise<string[]> {
  const stats = await operations.lstat(lock).catch(ignore('ENOENT'));
  if (stats?.isDirectory() === false)
    throw unsafe(lock, 'a link or a file stands where the lock belongs', 'Remove it.');
  return namesIn(operations, lock);
}

async function readHolder(
  { operations, clock }: Means,
  path: string,
): Promise<{ holder: Holder; silence: number } | undefined> {
  const file = await openExisting(operations, path);
  if (file === undefined) return undefined;
  try {
    const { mtimeMs } = await file.handle.stat();
    const holder = parseHolder((await readRange(file, 0, 4096)).toString());
    return { holder, silence: clock.now() - mtimeMs };
  } finally {
    await file.handle.close();
  }
}

export async function holds(
  operations: FileOperations,
  { lock }: Paths,
  ticket: string,
): Promise<boolean> {
  const stats = await operations.lstat(join(lock, ticket)).catch(ignore('ENOENT', 'ENOTDIR'));
  return stats !== undefined;
}

/** @throws {KeyturnError} `STATE_LOST` */
export async function beat(
  { operations, clock }: Means,
  paths: Paths,
  ticket: string,
): Promise<void> {
  const now = clock.now() / 1000;
  try {
    await operations.utimes(join(paths.lock, ticket), now, now);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw lost(paths.ledger, 'unknown');
    throw error;
  }
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

function ignore(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    if (!hasCode(error, ...codes)) throw error;
    return undefined;
  };
}
