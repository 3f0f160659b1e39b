import { dirname, join } from 'node:path';

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

/** Makes the folder (0700, durable), or accepts one that is there and safe. */
export async function prepareFolder(
  operations: FileOperations,
  machine: Machine,
  folder: string,
): Promise<void> {
  const first = await operations.mkdir(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined) await syncFolder(operations, dirname(first));
  const stats = await operations.stat(folder);
  refuseForeign(folder, stats, machine, (stats.mode & 0o1000) !== 0);
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
