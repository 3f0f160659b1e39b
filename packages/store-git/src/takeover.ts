import type { Clock } from '@keyturn/core';
import { isHere, livenessOf, type Machine } from '@keyturn/core/ledger';

import type { Branch } from './branch.ts';
import { type LockFile, seemsCurrent } from './lock-file.ts';
import { lockHeld } from './messages.ts';

/**
 * Takeover of a lock whose holder seems to be gone.
 *
 * No two machines share a clock, so the holder's stamp decides nothing. A holder on this machine whose process is gone loses the lock
 * at once. Any other loses it after this run has itself watched the lock unchanged for the whole lease: a live holder renews it within
 * half of that, and stops to trust it a margin before the end, counted from the start of its last push. The stamp only decides whether
 * watching is worth it: while the lease seems to last, the run is refused at once.
 */
export type Verdict = 'free' | 'held' | 'silent';

/** How often a lock is looked at while it is watched for its lease. */
const LOOKS = 8;

const HELD = Symbol.for('keyturn.store-git.held');
/** The locks of this process, of all installed copies: the branch also shows those that could not be released. */
export const ownLocks: Set<string> = ((globalThis as { [HELD]?: Set<string> })[HELD] ??= new Set());

export async function judge(lock: LockFile, machine: Machine): Promise<Verdict> {
  const { holder, nonce } = lock;
  if (!isHere(holder, machine)) return 'silent';
  const liveness = livenessOf(holder, machine, await machine.look(holder.pid));
  if (liveness === 'gone') return 'free';
  if (holder.pid === machine.pid) return ownLocks.has(nonce) ? 'held' : 'free';
  return liveness === 'alive' ? 'held' : 'silent';
}

export interface Watched {
  readonly branch: Branch;
  readonly rotation: string;
  /** The name of the lock's file. */
  readonly name: string;
  readonly lock: LockFile;
  /** The file as it was read: it changes with every sign of life. */
  readonly content: Buffer;
}

/**
 * Resolves once a lock was watched unchanged for its lease; with false if it was removed meanwhile.
 *
 * @throws {KeyturnError} `STATE_BUSY` if the lease seems to last, or the lock changed
 */
export async function watch(
  { branch, rotation, name, lock, content }: Watched,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  const busy = () => lockHeld(rotation, lock.holder, Math.ceil(lock.lease / 1000));
  if (seemsCurrent(lock, clock)) throw busy();
  for (let looks = 0; looks < LOOKS; looks++) {
    await clock.sleep(lock.lease / LOOKS, signal);
    const [found] = await (await branch.fresh(signal)).read([name], signal);
    if (found === undefined) return false;
    if (!found.equals(content)) throw busy();
  }
  return true;
}
