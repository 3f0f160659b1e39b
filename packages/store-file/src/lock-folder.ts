import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { namesIn } from '@keyturn/core';
import {
  describeHolder,
  type Holder,
  isHere,
  livenessOf,
  type Machine,
  parseHolder,
} from '@keyturn/core/ledger';

import { prepare, withdraw } from './candidate.ts';
import { ignore } from './failure.ts';
import { type FolderIdentity, type Paths } from './folder.ts';
import { ALLOWANCE, readClock, stampOf, touch } from './heartbeat.ts';
import { isSilent } from './holder.ts';
import { lockBlocked } from './messages.ts';
import { type FileOperations, openExisting, readRange } from './operations.ts';

export const LOCK_FILE = /^[0-9a-f]{32}$/;

export interface Means {
  readonly operations: FileOperations;
  readonly machine: Machine;
  /** Milliseconds without a heartbeat after which a holder elsewhere is considered dead. */
  readonly lease: number;
  /** The folder when the lock was requested. */
  readonly identity: FolderIdentity;
}

/**
 * Describes the holder of the lock, unless it is known to be gone. Evicts nobody. If only the file system's clock can decide, a
 * temporary file is created to read it; if that is not possible, the holder counts as alive.
 */
export async function whoHolds(
  means: Omit<Means, 'identity'>,
  paths: Paths,
  asking: Holder,
): Promise<string | undefined> {
  const { operations } = means;
  for (const name of await lockFilesIn(operations, paths)) {
    if (!LOCK_FILE.test(name)) continue;
    const path = join(paths.lock, name);
    const found = await readHolder(operations, path);
    if (found === undefined) continue;
    const lockFile = randomBytes(16).toString('hex');
    const own = join(paths.staging, lockFile, lockFile);
    const now = async (): Promise<number | undefined> => {
      try {
        await prepare(operations, paths, asking, own);
        return await readClock(operations, own);
      } catch {
        return undefined;
      } finally {
        await withdraw(operations, paths, lockFile);
      }
    };
    if (!(await isGone(means, found, now))) return describeHolder(found.holder);
  }
  return undefined;
}

interface Found {
  readonly path: string;
  readonly holder: Holder;
  /** The last heartbeat, by the file system's clock. */
  readonly beatAt: number;
}

/** @param now reads the file system's clock; undefined if that fails, which proves nothing */
export async function isGone(
  { operations, machine, lease }: Omit<Means, 'identity'>,
  { path, holder, beatAt }: Found,
  now: () => Promise<number | undefined>,
): Promise<boolean> {
  const process = isHere(holder, machine)
    ? await machine.look(holder.pid)
    : { state: 'running' as const };
  const liveness = livenessOf(holder, machine, process);
  if (liveness !== 'unknown') return liveness === 'gone';
  const time = await now();
  if (time === undefined) return false;
  // The file system's clock was set back: until it catches up, no lease would expire.
  if (beatAt - time > ALLOWANCE) await touch(operations, path).catch(() => {});
  return isSilent(time - beatAt, lease);
}

/** The names of the files in the lock's folder. */
export async function lockFilesIn(operations: FileOperations, { lock }: Paths): Promise<string[]> {
  const stats = await operations.lstat(lock).catch(ignore('ENOENT'));
  if (stats?.isDirectory() === false) throw lockBlocked(lock);
  return namesIn(operations, lock);
}

export async function readHolder(
  operations: FileOperations,
  path: string,
): Promise<Found | undefined> {
  const file = await openExisting(operations, path);
  if (file === undefined) return undefined;
  try {
    const beatAt = await stampOf(file);
    return { path, beatAt, holder: parseHolder((await readRange(file, 0, 4096)).toString()) };
  } finally {
    await file.handle.close();
  }
}
