import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { type Clock, KeyturnError } from '@keyturn/core';

import { failure, hasCode, interrupted, unsafe } from './failure.ts';
import { type FileOperations, namesIn, removeFolder } from './operations.ts';
import type { Place } from './place.ts';
import { type Machine, thisMachine } from './process.ts';
import { inUse, judge, parseTicket, type Ticket, ticketName } from './ticket.ts';

/** Milliseconds. */
const MOST_WAIT = 10_000;
/** After so long the same holder on another machine is taken for dead. */
const PATIENCE = 5000;
const LONGEST_PAUSE = 250;
/** Another process may move in before us again and again; beyond this it is something else. */
const MOST_TRIES = 1000;

export interface Means {
  readonly operations: FileOperations;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The right to replace one file. */
export interface FileLock {
  /** The holder's own folder, on the file's file system, that nobody else may look into. It is gone once the lock is lost. */
  readonly folder: string;
  leave(): Promise<void>;
}

/**
 * Waits for the right to replace a file, among all processes on all machines that see its folder.
 *
 * The lock is a folder beside the file, with a folder in it that is named by its holder's ticket: a holder moves in by renaming
 * a folder of its own to the lock's name, which works only while that is empty or missing. What is to replace the file is written in the
 * ticket's folder, so that a holder that was moved out, rightly or not, has nothing left to rename: it cannot undo what came
 * after. Of empty folders git knows nothing.
 *
 * @throws {KeyturnError} `FILE_FAILED`, naming the holder; `FILE_UNSAFE`, `INTERRUPTED`
 */
export async function takeLock(id: string, place: Place, means: Means): Promise<FileLock> {
  const { operations, clock, signal } = means;
  const machine = await thisMachine();
  let [waited, since, pause] = [0, 0, 5];
  let last: string | undefined;
  try {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const lock = await moveIn(operations, place, machine);
      if (lock !== undefined) return lock;
      const holder = await holderOf(id, operations, place, machine);
      if (holder === undefined) continue;
      if (holder.name !== last) [last, since] = [holder.name, waited];
      const isElsewhere = (await judge(holder, machine)) === 'elsewhere';
      if (isElsewhere && waited - since >= PATIENCE) await moveOut(id, operations, place, holder);
      else if (waited >= MOST_WAIT) throw held(id, holder, isElsewhere);
      else {
        await clock.sleep(pause, signal).catch(() => {});
        if (signal.aborted) throw interrupted(id);
        waited += pause;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  } catch (error) {
    throw failure(id, error);
  }
  throw unsafe(id, `${lockPath(place)} cannot be used as its lock`, 'Remove that folder.');
}

async function moveIn(
  operations: FileOperations,
  place: Place,
  machine: Machine,
): Promise<FileLock | undefined> {
  const unique = randomBytes(8).toString('hex');
  const [draft, path] = [draftPath(place, unique), lockPath(place)];
  const ticket = ticketName(machine, unique);
  await operations.mkdir(draft, { mode: 0o755 });
  inUse.add(ticket);
  try {
    await operations.mkdir(join(draft, ticket), { mode: 0o700 });
    // Where a folder cannot replace an empty one (Windows), that has to go first.
    await operations.rmdir(path).catch(() => {});
    await operations.rename(draft, path);
    await operations.lstat(join(path, ticket));
  } catch (error) {
    inUse.delete(ticket);
    await removeFolder(operations, join(draft, ticket)).catch(() => {});
    await operations.rmdir(draft).catch(() => {});
    // Somebody else moved in first, or tidied the draft away. Windows says EPERM for the former.
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EPERM')) return undefined;
    throw error;
  }
  return {
    folder: join(path, ticket),
    async leave() {
      // What cannot be removed is moved out later: by this process, and by others once it has ended.
      inUse.delete(ticket);
      await removeFolder(operations, join(path, ticket)).catch(() => {});
      await operations.rmdir(path).catch(() => {});
    },
  };
}

/** Who is in the lock, the dead having been moved out; undefined if nobody is. */
export async function holderOf(
  id: string,
  operations: FileOperations,
  place: Place,
  machine: Machine,
): Promise<Ticket | undefined> {
  for (const name of await tenants(id, operations, place)) {
    const ticket = parseTicket(name);
    if (ticket === undefined)
      throw unsafe(id, `${join(lockPath(place), name)} is not part of a lock`, 'Remove it.');
    if ((await judge(ticket, machine)) !== 'dead') return ticket;
    await moveOut(id, operations, place, ticket);
  }
  return undefined;
}

async function tenants(id: string, operations: FileOperations, place: Place): Promise<string[]> {
  const path = lockPath(place);
  try {
    if (!(await operations.lstat(path)).isDirectory())
      throw unsafe(id, `${path} is in the way of its lock`, 'Remove it.');
    return await namesIn(operations, path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Every step names the ticket, so that none can hit a later holder, however late it comes. */
async function moveOut(
  id: string,
  operations: FileOperations,
  place: Place,
  { name, pid }: Ticket,
): Promise<void> {
  const path = lockPath(place);
  try {
    await removeFolder(operations, join(path, name));
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    throw new KeyturnError(
      'FILE_FAILED',
      `${id}: the lock that process ${pid} left cannot be removed`,
      { hint: `Remove ${path} as the user that it belongs to.`, effect: 'none' },
    );
  }
}

function held(id: string, { pid, host }: Ticket, isElsewhere: boolean): KeyturnError {
  const where = isElsewhere ? `process ${pid} on ${host}` : `process ${pid}`;
  return new KeyturnError('FILE_FAILED', `${id}: ${where} has been writing it for too long`, {
    hint: `Wait until ${where} has ended, or end it; then run it again.`,
    effect: 'none',
  });
}

export function lockPath({ path }: Place): string {
  return `${path}.keyturn-lock`;
}

/** What is to become the lock. */
export function draftPath({ path }: Place, unique: string): string {
  return `${path}.keyturn-${unique}`;
}
