import { randomBytes } from 'node:crypto';

import { isHere, livenessOf } from '@keyturn/core/ledger';

import type { Call } from './client.ts';
import { ALLOWANCE, type Lease } from './lease.ts';
import { isAlive } from './live.ts';
import type { Means } from './means.ts';
import { NO_LAST_MODIFIED, notS3 } from './messages.ts';
import type { Found } from './objects.ts';

/** How far the clocks of the servers of one service may be apart, in milliseconds. */
const APART = 30_000;

/**
 * Whether a holder is certainly gone: its process was on this machine and is no more, or its lease ran out.
 *
 * The lease is only compared with the clock that dated it: Last-Modified with Last-Modified, of an object that is written for that. The
 * Date of a response can be by the clock of another server.
 */
export async function isGone(
  means: Means,
  lease: Lease,
  found: Found,
  call: Call,
): Promise<boolean> {
  const liveness = await lookAt(means, lease);
  if (liveness !== 'unknown') return liveness === 'gone';
  const { modified } = found;
  if (modified === undefined) throw notS3(means.client.location, NO_LAST_MODIFIED);
  return (await stamp(means, call)) - modified > lastsFor(means, lease);
}

/** The same without writing anything: as far as the clocks of the service agree. */
export async function seemsGone(means: Means, lease: Lease, found: Found): Promise<boolean> {
  const liveness = await lookAt(means, lease);
  if (liveness !== 'unknown') return liveness === 'gone';
  const { modified, date } = found;
  if (modified === undefined || date === undefined) return false;
  return date - modified > lastsFor(means, lease) + APART;
}

/** How long others wait for a holder elsewhere, in milliseconds. */
export function lastsFor({ lease }: Means, { lasts }: Lease): number {
  return Math.max(lease, lasts) + ALLOWANCE;
}

async function lookAt(
  { machine }: Means,
  { holder, writer }: Lease,
): Promise<'gone' | 'alive' | 'unknown'> {
  const here = await machine();
  if (!isHere(holder, here)) return 'unknown';
  const liveness = livenessOf(holder, here, await here.look(holder.pid));
  return liveness === 'alive' && holder.pid === here.pid && !isAlive(writer) ? 'unknown' : liveness;
}

/** The time by the clock that stamps objects, in milliseconds since the epoch, rounded down to a second. */
async function stamp({ objects, keys, client }: Means, call: Call): Promise<number> {
  const key = keys.probe(randomBytes(16).toString('hex'));
  await objects.put(key, '{}\n', call);
  try {
    const found = await objects.get(key, call);
    if (found?.modified === undefined) throw notS3(client.location, NO_LAST_MODIFIED);
    return found.modified;
  } finally {
    await objects.remove(key, call).catch(() => {});
  }
}
