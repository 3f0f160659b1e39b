import { randomBytes } from 'node:crypto';

import { describeHolder, holderOf, isHere, lockContended } from '@keyturn/core/ledger';

import { isGone, lastsFor } from './age.ts';
import type { Call } from './client.ts';
import { writeFence } from './fence.ts';
import { formatLease, type Lease, parseLease } from './lease.ts';
import type { Means } from './means.ts';
import { lockHeld } from './messages.ts';
import type { Found } from './objects.ts';
import { tailOf } from './reader.ts';

/** Other runs may take and release the lock in between; after this many tries, give up. */
const MOST_TRIES = 20;

/** A lock that this process has. */
export interface Acquired {
  readonly lease: Lease;
  readonly etag: string;
  readonly heldUntil: number;
}

/**
 * Takes the lock of a rotation: it is free, was released, or its holder is gone. If anything of a former holder could still be written,
 * a fence is written first.
 *
 * @throws {KeyturnError} `STATE_BUSY`, which names the holder; `STATE_LOST` if it was taken over before the fence was written
 */
export async function acquire(
  means: Means,
  rotation: string,
  owner: string,
  call: Call,
): Promise<Acquired> {
  const { objects, keys, client, lease: lasts } = means;
  const key = keys.lock(rotation);
  const holder = await holderOf(await means.machine(), owner, client.clock);
  const mine = { writer: randomBytes(16).toString('hex'), beat: 1, lasts, holder } as const;
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const found = await objects.get(key, call);
    const before = await standing(means, rotation, found, call);
    const { last } = before;
    const lease: Lease = { ...mine, term: before.term + 1, last, state: 'held' };
    const text = formatLease(lease);
    // From before the request: nobody may take it over before that, whenever it was written.
    const heldUntil = client.clock.now() + lasts;
    const result = await (found === undefined
      ? objects.create(key, text, call)
      : objects.replace(key, text, found.etag, call));
    if (!result.written) continue;
    const acquired = { lease, etag: result.etag, heldUntil };
    if (before.isFenced) return acquired;
    try {
      const tail = await writeFence(means, { rotation, ...lease }, call);
      means.tails.set(rotation, tail);
      return acquired;
    } catch (error) {
      const unsettled = formatLease({ ...lease, beat: 2, state: 'unsettled' });
      await objects.replace(key, unsettled, result.etag, call).catch(() => {});
      throw error;
    }
  }
  throw lockContended(rotation);
}

interface Standing {
  readonly term: number;
  readonly last: number;
  /** Nothing of a former lock can be written anymore. */
  readonly isFenced: boolean;
}

/** What there was before, if the lock can be taken now. */
async function standing(
  means: Means,
  rotation: string,
  found: Found | undefined,
  call: Call,
): Promise<Standing> {
  const lease = found && parseLease(found);
  if (lease?.state === 'released') return { term: lease.term, last: lease.last, isFenced: true };
  if (found !== undefined && lease?.state === 'held')
    if (!(await isGone(means, lease, found, call))) {
      const here = isHere(lease.holder, await means.machine());
      const expiry = here ? undefined : Math.ceil(lastsFor(means, lease) / 1000);
      throw lockHeld(rotation, lease.holder, expiry);
    }
  // The object of the lock may have been lost: the ledger has the terms too.
  const tail = tailOf(await means.reader.newest(rotation, call));
  const term = Math.max(lease?.term ?? 0, tail.term);
  const isNew = found === undefined && tail.number === 0;
  return { term, last: lease?.last ?? 0, isFenced: isNew };
}

/** Ends the lock of a rotation whoever has it, and describes that holder; undefined if nobody has it. */
export async function evict(
  means: Means,
  rotation: string,
  call: Call,
): Promise<string | undefined> {
  const { objects, keys } = means;
  const key = keys.lock(rotation);
  const writer = randomBytes(16).toString('hex');
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const found = await objects.get(key, call);
    if (found === undefined) return undefined;
    const former = parseLease(found);
    if (former.state !== 'held') return undefined;
    const tail = tailOf(await means.reader.newest(rotation, call));
    const term = Math.max(former.term, tail.term) + 1;
    const lease: Lease = { ...former, term, writer, beat: 1, state: 'unsettled' };
    const result = await objects.replace(key, formatLease(lease), found.etag, call);
    if (!result.written) continue;
    await writeFence(means, { rotation, ...lease }, call);
    const released = formatLease({ ...lease, beat: 2, state: 'released' });
    // Otherwise the next holder writes another fence.
    await objects.replace(key, released, result.etag, call).catch(() => {});
    return describeHolder(former.holder);
  }
  throw lockContended(rotation);
}
