import assert from 'node:assert/strict';

import {
  chain,
  EMPTY,
  type LedgerRecord,
  type Lock,
  type Revision,
  revisionOf,
  type RotationEvent,
  type StateStore,
} from '../../../ledger/index.ts';
import { calmly, collect } from '../assertions.ts';

const AT = '2030-01-01T00:00:00.000Z';

/** The event that a chapter begins with. */
export function opened(rotation: string): RotationEvent {
  return { type: 'opened', rotation, summary: { tokens: [], sinks: [], attempts: [] } };
}

/** An event with a text of its own. */
export function started(label: string): RotationEvent {
  return { type: 'started', label, reason: 'forced' };
}

export interface Appended {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
}

/** Appends events onto a revision. */
export async function append(
  lock: Lock,
  revision: Revision,
  ...events: readonly RotationEvent[]
): Promise<Appended> {
  const records = chain(revision, events, AT);
  return { records, revision: await lock.append(records, revision) };
}

/** Takes the lock of a rotation, also from a store that acquires it with the first call that needs it. */
export async function acquired(store: StateStore, rotation: string, owner: string): Promise<Lock> {
  const lock = await store.lock(rotation, owner);
  try {
    await lock.confirm();
  } catch (error) {
    await lock.release().catch(() => {});
    throw error;
  }
  return lock;
}

/** Appends results, which may wait for the next announcement. */
export async function appendResults(
  lock: Lock,
  revision: Revision,
  ...events: readonly RotationEvent[]
): Promise<Appended> {
  const records = chain(revision, events, AT);
  const options = { ...calmly(), durable: 'with-the-next' } as const;
  return { records, revision: await lock.append(records, revision, options) };
}

/** Writes a ledger of one chapter, and lets go of the lock. */
export async function write(
  store: StateStore,
  rotation: string,
  ...labels: readonly string[]
): Promise<Appended> {
  const lock = await store.lock(rotation, 'writer');
  try {
    return await append(lock, EMPTY, opened(rotation), ...labels.map(started));
  } finally {
    await lock.release();
  }
}

/** Checks what a store has of a rotation that has one chapter. */
export async function assertKept(
  store: StateStore,
  rotation: string,
  expected: readonly LedgerRecord[],
): Promise<void> {
  const last = expected.at(-1);
  const { records, revision } = await store.open(rotation);
  assert.deepEqual(records, expected);
  assert.equal(revision, last === undefined ? EMPTY : revisionOf(last));
}

export async function assertHistory(
  store: StateStore,
  rotation: string,
  expected: readonly LedgerRecord[],
): Promise<void> {
  assert.deepEqual(await collect(store.history(rotation)), expected);
}
