import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { hasCode } from '@keyturn/core';
import { describeHolder, lockContended, type Holder } from '@keyturn/core/ledger';

import { prepare, withdraw } from './candidate.ts';
import { ignore } from './failure.ts';
import { makeWithin, type Paths } from './folder.ts';
import { readClock } from './heartbeat.ts';
import { busy } from './holder.ts';
import { lockForeign } from './messages.ts';
import { type FileOperations, removeFile } from './operations.ts';
import { isGone, LOCK_FILE, lockFilesIn, type Means, readHolder } from './lock-folder.ts';

/** Other runs may take and release the lock in between; after this many tries, give up. */
const MOST_TRIES = 200;
/** The suffix of an evicted holder's lock file in the staging folder. It stays until the ledger's file was replaced. */
export const EVICTED = '.broken';
const DRAFT = /^[0-9a-f]{32}\.(?:copy|head)$/;

/**
 * Takes the lock of a rotation, and returns the name of its lock file.
 *
 * The lock is a folder with one lock file, whose name is never used twice. Every step is atomic and uses that name, so it cannot affect
 * a later holder, however late it happens. A run takes the lock by renaming its candidate, a folder with its lock file, to the lock's
 * name, which works only while that is empty or missing. A holder that is gone is evicted by moving its lock file to the
 * staging folder, where it stays until the ledger's file was replaced.
 *
 * @throws {KeyturnError} `STATE_BUSY`, which names the holder
 */
export async function acquireLock(
  means: Means,
  paths: Paths,
  rotation: string,
  holder: Holder,
): Promise<string> {
  const { operations } = means;
  const lockFile = randomBytes(16).toString('hex');
  const own = join(paths.staging, lockFile);
  try {
    for (let tries = 1; ; tries++) {
      try {
        await prepare(operations, paths, holder, join(own, lockFile));
        if (await tryAcquire(operations, paths, lockFile)) return lockFile;
      } catch (error) {
        if (tries >= MOST_TRIES || !isRace(error)) throw error;
      }
      await evict(means, paths, rotation, join(own, lockFile));
      if (tries >= MOST_TRIES) break;
    }
    throw lockContended(rotation);
  } finally {
    await withdraw(operations, paths, lockFile);
  }
}

/** Another run took the lock first (EPERM on Windows), or removed this run's candidate. */
function isRace(error: unknown): boolean {
  return hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM');
}

async function tryAcquire(
  operations: FileOperations,
  paths: Paths,
  lockFile: string,
): Promise<boolean> {
  // On Windows a folder cannot replace an empty one, so remove that first.
  await operations.rmdir(paths.lock).catch(() => {});
  await operations.rename(join(paths.staging, lockFile), paths.lock);
  return isHeld(operations, paths, lockFile);
}

/** Evicts a holder that is gone. Throws if the lock is held; otherwise it is free, or another run has just taken it. */
async function evict(means: Means, paths: Paths, rotation: string, own: string): Promise<void> {
  const { operations, machine, lease } = means;
  for (const name of await lockFilesIn(operations, paths)) {
    const path = join(paths.lock, name);
    if (DRAFT.test(name)) {
      await removeDraftOf(operations, paths, name);
      continue;
    }
    if (!LOCK_FILE.test(name)) throw lockForeign(path);
    const found = await readHolder(operations, path);
    if (found === undefined) continue;
    const now = (): Promise<number | undefined> =>
      readClock(operations, own).catch(ignore('ENOENT', 'ENOTDIR'));
    if (!(await isGone(means, found, now))) throw busy(rotation, found.holder, machine, lease);
    await evictFrom(operations, paths, name);
  }
}

async function evictFrom(operations: FileOperations, paths: Paths, name: string): Promise<void> {
  await makeWithin(operations, paths.folder, paths.staging);
  await operations
    .rename(join(paths.lock, name), join(paths.staging, `${name}${EVICTED}`))
    .catch(ignore('ENOENT', 'ENOTDIR'));
}

/** Evicts the holder whoever that is, and describes it. The next run completes the takeover. */
export async function evictAny(
  operations: FileOperations,
  paths: Paths,
): Promise<string | undefined> {
  let evicted: string | undefined;
  for (const name of await lockFilesIn(operations, paths)) {
    if (!LOCK_FILE.test(name)) continue;
    const found = await readHolder(operations, join(paths.lock, name));
    await evictFrom(operations, paths, name);
    if (found !== undefined) evicted = describeHolder(found.holder);
  }
  await operations.rmdir(paths.lock).catch(() => {});
  return evicted;
}

/** Removes a holder's draft, but only after its lock file is gone. */
async function removeDraftOf(
  operations: FileOperations,
  paths: Paths,
  name: string,
): Promise<void> {
  if (await isHeld(operations, paths, name.slice(0, 32))) return;
  await removeFile(operations, join(paths.lock, name));
}

/** Whether the lock file is still in the lock's folder. */
export async function isHeld(
  operations: FileOperations,
  { lock }: Paths,
  lockFile: string,
): Promise<boolean> {
  const stats = await operations.lstat(join(lock, lockFile)).catch(ignore('ENOENT', 'ENOTDIR'));
  return stats !== undefined;
}

/** Releases the lock; does nothing if the lock file was already evicted. */
export async function releaseLock(
  operations: FileOperations,
  paths: Paths,
  lockFile: string,
): Promise<void> {
  await removeFile(operations, join(paths.lock, lockFile));
  await operations.rmdir(paths.lock).catch(() => {});
}
