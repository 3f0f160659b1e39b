import { dirname, join } from 'node:path';

import type { KeyturnError } from '@keyturn/core';

import { hasCode, unsafe } from './failure.ts';
import type { Machine } from './machine.ts';
import { encodeName } from './names.ts';
import { type FileOperations, syncFolder } from './operations.ts';

/** Where what belongs to one rotation stands. Nothing but a ledger ends in `.jsonl`. */
export interface Paths {
  readonly folder: string;
  readonly ledger: string;
  /** The revision that was last made durable, so that a shortened ledger and an altered last line show. */
  readonly head: string;
  /** A folder that holds one file, named by its holder's number; empty or missing when the lock is free. */
  readonly lock: string;
  /** A folder of those who are about to move into the lock, and of marks for those who were moved out of it. */
  readonly hall: string;
  /** A folder with one file for each key that was claimed. */
  readonly claims: string;
}

export const LEDGER = '.jsonl';

export function pathsOf(folder: string, rotation: string): Paths {
  return pathsNamed(folder, encodeName(rotation));
}

export function pathsNamed(folder: string, name: string): Paths {
  return {
    folder,
    ledger: join(folder, `${name}${LEDGER}`),
    head: join(folder, `${name}.head`),
    lock: join(folder, `${name}.lock`),
    hall: join(folder, `${name}.hall`),
    claims: join(folder, `${name}.claims`),
  };
}

/** Which folder a path leads to: another one may be put in its place. */
export interface Home {
  readonly dev: number;
  readonly ino: number;
}

/** Makes the folder (0700, durable), or accepts one that is there and safe. */
export async function prepareFolder(
  operations: FileOperations,
  machine: Machine,
  folder: string,
): Promise<Home> {
  await makeFolder(operations, folder);
  const stats = await operations.stat(folder).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT') ? danglingLink(folder) : error;
  });
  if (!stats.isDirectory()) throw notAFolder(folder);
  refuseForeign(folder, stats, machine, (stats.mode & 0o1000) !== 0);
  return { dev: stats.dev, ino: stats.ino };
}

/** Makes a folder and those above it, each one's name durable. Node's own way goes round for ever in /proc. */
async function makeFolder(operations: FileOperations, folder: string): Promise<void> {
  const parent = dirname(folder);
  try {
    await operations.mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    if (!hasCode(error, 'ENOENT') || parent === folder) throw error;
    await makeFolder(operations, parent);
    await makeWithin(operations, parent, folder);
  }
  await syncFolder(operations, parent);
}

/** Makes a folder in one that is there; one that exists is as good. */
export async function makeWithin(
  operations: FileOperations,
  parent: string,
  folder: string,
): Promise<void> {
  try {
    await operations.mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    // A file system that makes nothing (/proc) says that the new name does not exist.
    if (hasCode(error, 'ENOENT') && (await isThere(operations, parent)))
      throw unsafe(
        parent,
        'nothing can be made there',
        'Name a folder on a disk with KEYTURN_STATE.',
      );
    throw error;
  }
}

/** Whether something has this name, be it a link that leads nowhere. A look that fails proves nothing. */
export async function isThere(operations: FileOperations, path: string): Promise<boolean> {
  try {
    await operations.lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

export function danglingLink(path: string): KeyturnError {
  return unsafe(
    path,
    'it is a link to something that does not exist',
    'Make the folder that it leads to, or name another with KEYTURN_STATE.',
  );
}

export function notAFolder(path: string): KeyturnError {
  return unsafe(path, 'it is not a folder', 'Name a folder with KEYTURN_STATE.');
}

/** Others may be trusted with a shared folder; what anybody may write and somebody else owns is not ours to build on. */
export function refuseForeign(
  path: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
  machine: Machine,
  sticky = false,
): void {
  if (machine.uid === undefined || uid === machine.uid || sticky || (mode & 0o002) === 0) return;
  throw unsafe(
    path,
    'it belongs to another user and anybody may write it',
    `Take write access from others: chmod o-w ${path}`,
  );
}

/** The names in a folder; none where it does not exist. */
export async function namesIn(operations: FileOperations, folder: string): Promise<string[]> {
  try {
    return await operations.readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
