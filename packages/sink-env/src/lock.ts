import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { hasCode, namesIn, type Clock, type KeyturnError } from '@keyturn/core';

import { failure } from './failure.ts';
import * as messages from './messages.ts';
import { type FileOperations, removeFolder } from './operations.ts';
import type { Place } from './place.ts';
import { type Machine, thisMachine } from './process.ts';
import { inUse, judge, parseHolder, type Holder, holderName } from './holder.ts';

/** Milliseconds. */
const MOST_WAIT = 10_000;
/** After this time without change, a holder on another machine is considered dead. */
const PATIENCE = 5000;
const LONGEST_PAUSE = 250;
/** Other processes may take the lock first again and again; more tries than this have another cause. */
const MOST_TRIES = 1000;

export interface Means {
  readonly operations: FileOperations;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Permission to replace one file. */
export interface FileLock {
  /** The holder's private folder, on the same file system as the file. It is gone once the lock is lost. */
  readonly folder: string;
  release(): Promise<void>;
}

/**
 * Waits for the lock of a file, among all processes on all machines that see its folder.
 *
 * The lock is a folder next to the file, which contains one folder named after its holder. A process takes the lock by renaming
 * a folder of its own to the lock's name, which works only while that is empty or missing. The new file is written in the holder's
 * folder: a holder that was evicted, rightly or not, has nothing left to rename, so it cannot undo later changes. Git does not track
 * empty folders.
 *
 * @throws {KeyturnError} `FILE_FAILED`, which names the holder; `FILE_UNSAFE`, `INTERRUPTED`
 */
export async function takeLock(id: string, place: Place, means: Means): Promise<FileLock> {
  const { operations, clock, signal } = means;
  const machine = await thisMachine();
  let [waited, since, pause] = [0, 0, 5];
  let last: string | undefined;
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lock = await tryLock(operations, place, machine);
      if (lock !== undefined) return lock;
      const holder = await holderOf(id, operations, place, machine);
      if (holder === undefined) continue;
      if (holder.name !== last) [last, since] = [holder.name, waited];
      const isElsewhere = (await judge(holder, machine)) === 'elsewhere';
      if (isElsewhere && waited - since >= PATIENCE) await evict(id, operations, place, holder);
      else if (waited >= MOST_WAIT) throw held(id, holder, isElsewhere);
      else {
        await clock.sleep(pause, signal).catch(() => {});
        if (signal.aborted) throw messages.interrupted(id);
        waited += pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  } catch (error) {
    throw failure(id, error);
  }
  throw messages.lockUnusable(id, lockPath(place));
}

async function tryLock(
  operations: FileOperations,
  place: Place,
  machine: Machine,
): Promise<FileLock | undefined> {
  const unique = randomBytes(8).toString('hex');
  const [draft, path] = [draftPath(place, unique), lockPath(place)];
  const own = holderName(machine, unique);
  await operations.mkdir(draft, { mode: 0o755 });
  inUse.add(own);
  try {
    await operations.mkdir(join(draft, own), { mode: 0o700 });
    // On Windows a folder cannot replace an empty one, so remove that first.
    await operations.rmdir(path).catch(() => {});
    await operations.rename(draft, path);
    await operations.lstat(join(path, own));
  } catch (error) {
    inUse.delete(own);
    await removeFolder(operations, join(draft, own)).catch(() => {});
    await operations.rmdir(draft).catch(() => {});
    // Another process took the lock first (EPERM on Windows), or removed the draft.
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM')) return undefined;
    throw error;
  }
  return {
    folder: join(path, own),
    async release() {
      // What cannot be removed is evicted later: by this process, or by others once it has ended.
      inUse.delete(own);
      await removeFolder(operations, join(path, own)).catch(() => {});
      await operations.rmdir(path).catch(() => {});
    },
  };
}

/** The holder of the lock, after dead holders were evicted; undefined if it is free. */
export async function holderOf(
  id: string,
  operations: FileOperations,
  place: Place,
  machine: Machine,
): Promise<Holder | undefined> {
  for (const name of await holderNames(id, operations, place)) {
    const holder = parseHolder(name);
    if (holder === undefined) throw messages.lockForeign(id, join(lockPath(place), name));
    if ((await judge(holder, machine)) !== 'dead') return holder;
    await evict(id, operations, place, holder);
  }
  return undefined;
}

async function holderNames(
  id: string,
  operations: FileOperations,
  place: Place,
): Promise<string[]> {
  const path = lockPath(place);
  try {
    if (!(await operations.lstat(path)).isDirectory()) throw messages.lockBlocked(id, path);
    return await namesIn(operations, path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Removes a holder from the lock. Every step uses the holder's unique name, so it cannot affect a later holder. */
async function evict(
  id: string,
  operations: FileOperations,
  place: Place,
  { name, pid }: Holder,
): Promise<void> {
  const path = lockPath(place);
  try {
    await removeFolder(operations, join(path, name));
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    throw messages.lockNotRemovable(id, pid, path);
  }
}

function held(id: string, { pid, host }: Holder, isElsewhere: boolean): KeyturnError {
  const holder = messages.processNamed(pid, isElsewhere ? host : undefined);
  return messages.lockHeld(id, holder, MOST_WAIT);
}

export function lockPath({ path }: Place): string {
  return `${path}.keyturn-lock`;
}

/** The folder that is renamed to become the lock. */
export function draftPath({ path }: Place, unique: string): string {
  return `${path}.keyturn-${unique}`;
}
