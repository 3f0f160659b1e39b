import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import { prepare, withdraw } from './candidate.ts';
import { ignore, unsafe } from './failure.ts';
import { type Home, namesIn, type Paths } from './folder.ts';
import { ALLOWANCE, readClock, stampOf, touch } from './heartbeat.ts';
import { describeHolder, fateOf, type Holder, isHere, isSilent, parseHolder } from './holder.ts';
import type { Machine } from './machine.ts';
import { type FileOperations, openExisting, readRange } from './operations.ts';

export const TICKET = /^[0-9a-f]{32}$/;

export interface Means {
  readonly operations: FileOperations;
  readonly machine: Machine;
  /** Milliseconds without a heartbeat after which a holder elsewhere is taken for dead. */
  readonly lease: number;
  /** The folder as it was when the lock was asked for. */
  readonly home: Home;
}

/**
 * Who is in the lock and not known to be gone, in words; nobody is moved out. To read the file system's clock, a file is made for
 * a moment where only its clock can tell; who may not make one takes the holder for alive.
 */
export async function whoHolds(
  means: Omit<Means, 'home'>,
  paths: Paths,
  asking: Holder,
): Promise<string | undefined> {
  const { operations } = means;
  for (const name of await tenants(operations, paths)) {
    if (!TICKET.test(name)) continue;
    const path = join(paths.lock, name);
    const found = await readHolder(operations, path);
    if (found === undefined) continue;
    const ticket = randomBytes(16).toString('hex');
    const own = join(paths.hall, ticket, ticket);
    const now = async (): Promise<number | undefined> => {
      try {
        await prepare(operations, paths, asking, own);
        return await readClock(operations, own);
      } catch {
        return undefined;
      } finally {
        await withdraw(operations, paths, ticket);
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

/** @param now reads the file system's clock; undefined where it cannot be read, and nothing is proved then */
export async function isGone(
  { operations, machine, lease }: Omit<Means, 'home'>,
  { path, holder, beatAt }: Found,
  now: () => Promise<number | undefined>,
): Promise<boolean> {
  const process = isHere(holder, machine)
    ? await machine.look(holder.pid)
    : { state: 'running' as const };
  const fate = fateOf(holder, machine, process);
  if (fate !== 'unknown') return fate === 'gone';
  const time = await now();
  if (time === undefined) return false;
  // The file system's clock was set back. Nobody would be silent for long enough until it has caught up.
  if (beatAt - time > ALLOWANCE) await touch(operations, path).catch(() => {});
  return isSilent(time - beatAt, lease);
}

/** The names in the lock's folder. */
export async function tenants(operations: FileOperations, { lock }: Paths): Promise<string[]> {
  const stats = await operations.lstat(lock).catch(ignore('ENOENT'));
  if (stats?.isDirectory() === false)
    throw unsafe(lock, 'a link or a file stands where the lock belongs', 'Remove it.');
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
