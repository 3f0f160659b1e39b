import { dirname, join } from 'node:path';

import { hasCode, syncFolder } from '@keyturn/core';
import { encodeName, type Machine } from '@keyturn/core/ledger';

import * as messages from './messages.ts';
import type { FileOperations } from './operations.ts';

/** The paths of one rotation. Only ledgers end in `.jsonl`. */
export interface Paths {
  readonly folder: string;
  readonly ledger: string;
  /** The last durable revision. It reveals a shortened ledger and an altered last line. */
  readonly head: string;
  /** A folder with one lock file, which has a unique name; empty or missing when the lock is free. */
  readonly lock: string;
  /** The staging folder of the lock: candidates for the lock, and the lock files of evicted holders. */
  readonly staging: string;
  /** A folder with one file per claimed key. */
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
    // The name on disk is older than the term.
    staging: join(folder, `${name}.hall`),
    claims: join(folder, `${name}.claims`),
  };
}

/** The identity of a folder: another folder may replace it at the same path. */
export interface FolderIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** Creates the folder (0700, durable), or accepts an existing one that is safe. */
export async function prepareFolder(
  operations: FileOperations,
  machine: Machine,
  folder: string,
): Promise<FolderIdentity> {
  await makeFolder(operations, folder);
  const stats = await operations.stat(folder).catch((error: unknown) => {
    throw hasCode(error, 'ENOENT') ? messages.linkBroken(folder) : error;
  });
  if (!stats.isDirectory()) throw messages.notAFolder(folder);
  refuseForeign(folder, stats, machine, (stats.mode & 0o1000) !== 0);
  return { dev: stats.dev, ino: stats.ino };
}

/** Creates a folder and its parents, each with a durable name. Node's recursive mkdir loops forever in /proc. */
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

/** Creates a folder in an existing one; it succeeds if the folder exists. */
export async function makeWithin(
  operations: FileOperations,
  parent: string,
  folder: string,
): Promise<void> {
  try {
    await operations.mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    // A file system where nothing can be created (/proc) reports that the new name does not exist.
    if (hasCode(error, 'ENOENT') && (await isThere(operations, parent)))
      throw messages.nothingCreatable(parent);
    throw error;
  }
}

/** Whether something has this name, even a broken link. A failed lookup proves nothing. */
export async function isThere(operations: FileOperations, path: string): Promise<boolean> {
  try {
    await operations.lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/** A shared folder may be trusted, but not one that another user owns and every user can write to. */
export function refuseForeign(
  path: string,
  { uid, mode }: { readonly uid: number; readonly mode: number },
  machine: Machine,
  sticky = false,
): void {
  if (machine.uid === undefined || uid === machine.uid || sticky || (mode & 0o002) === 0) return;
  throw messages.foreign(path);
}
