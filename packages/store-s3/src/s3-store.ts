import { type AdapterContext, KeyturnError, mapLimited, type StoreBackend } from '@keyturn/core';
import { describeHolder, EMPTY, type Machine, mentions, thisMachine } from '@keyturn/core/ledger';

import { acquire, evict } from './acquire.ts';
import { seemsGone } from './age.ts';
import { check } from './check.ts';
import { claim } from './claim.ts';
import { type Call, Client } from './client.ts';
import type { Entry } from './entry.ts';
import { keysOf } from './keys.ts';
import { parseLease } from './lease.ts';
import type { Location } from './location.ts';
import { S3Lock } from './lock.ts';
import type { Means } from './means.ts';
import { NO_DATE, notS3 } from './messages.ts';
import { decodeName, encodeName } from './names.ts';
import { Objects } from './objects.ts';
import { proveOnce } from './proof.ts';
import { Reader } from './reader.ts';

export interface S3StoreOptions {
  readonly location: Location;
  readonly context: AdapterContext;
  /** How long a lock lasts after its last renewal. @default two minutes, in milliseconds */
  readonly lease?: number;
  /** The most that one call may take. @default 100 seconds, in milliseconds */
  readonly patience?: number;
  readonly machine?: Machine;
}

const TWO_MINUTES = 120_000;
const PATIENCE = 100_000;
/** How many ledgers are looked at at once. */
const AT_ONCE = 16;
/** For how long a server's clock is taken to be as far ahead as it was, in milliseconds. */
const FRESH = 60_000;

/** The store of `s3Store`, with everything that tests replace passed in. Makes no request. */
export function createS3Store({
  location,
  context,
  lease = TWO_MINUTES,
  patience = PATIENCE,
  machine: given,
}: S3StoreOptions) {
  const client = new Client(location, context, patience);
  const objects = new Objects(client);
  const keys = keysOf(location.prefix);
  const reader = new Reader(objects, keys);
  let known: Promise<Machine> | undefined;
  const machine = (): Promise<Machine> =>
    (known ??= given ? Promise.resolve(given) : thisMachine());
  const means: Means = { client, objects, keys, reader, lease, machine, tails: new Map() };
  const locks = new Set<S3Lock>();

  let proof: Promise<void> | undefined;
  /** Before the first write. */
  const proved = async (call: Call): Promise<void> => {
    const others = proof;
    const proving = (proof ??= proveOnce(means, call));
    try {
      await proving;
    } catch (error) {
      if (proof === proving) proof = undefined;
      if (others === undefined || call.signal.aborted) throw error;
      // Another call made it, and may have been interrupted.
      await proved(call);
    }
  };

  return {
    async open(rotation, options) {
      const { records, revision, tail } = await reader.open(rotation, client.call(options));
      means.tails.set(rotation, tail);
      return { records, revision };
    },
    history: (rotation, options) => reader.history(rotation, client.stream(options)),
    async lock(rotation, owner, options) {
      const call = client.call(options);
      await proved(call);
      const acquired = await acquire(means, rotation, owner, call);
      const lock = new S3Lock(means, rotation, acquired, (ended) => locks.delete(ended));
      locks.add(lock);
      return lock;
    },
    rotations: (options) => names(means, client.call(options), async () => true),
    holders: (token, options) => {
      const call = client.call(options);
      return names(means, call, async (newest) =>
        mentions(await reader.chapterText(newest, call), token),
      );
    },
    check: (options) => check(means, client.call(options)),
    async holder(rotation, options) {
      const found = await objects.get(keys.lock(rotation), client.call(options));
      if (found === undefined) return undefined;
      const held = parseLease(found);
      if (held.state !== 'held' || (await seemsGone(means, held, found))) return undefined;
      return describeHolder(held.holder);
    },
    async unlock(rotation, options) {
      const call = client.call(options);
      await proved(call);
      return evict(means, rotation, call);
    },
    async claim(rotation, key, options) {
      const call = client.call(options);
      await proved(call);
      return claim(means, rotation, key, call);
    },
    /**
     * The service's clock, from the Date of its last response, give or take half a second. That is good enough: graces and settle times are
     * minutes, and the clocks of two runners, which would be used instead, are seconds to minutes apart.
     */
    async now(options) {
      const { clock } = client;
      const isFresh = (): boolean => Math.abs(clock.now() - (client.dated?.at ?? -FRESH)) < FRESH;
      if (!isFresh()) await objects.get(keys.marker, client.call(options));
      if (client.dated === undefined || !isFresh()) throw notS3(client.location, NO_DATE);
      return clock.now() + client.dated.ahead;
    },
    async close() {
      for (const lock of locks) lock.abandon();
      locks.clear();
    },
  } satisfies StoreBackend;
}

/** The rotations that have records, and whose newest object passes; sorted. */
async function names(
  means: Means,
  call: Call,
  passes: (newest: Entry) => Promise<boolean>,
): Promise<readonly string[]> {
  const { reader } = means;
  const nameIn = async (folder: string): Promise<string | undefined> => {
    try {
      const newest = await reader.newestIn(folder, call);
      if (newest === undefined) return undefined;
      if (encodeName(newest.rotation) !== folder) return decodeName(folder);
      // A fence alone is not a ledger.
      if (newest.end === EMPTY) return undefined;
      return (await passes(newest)) ? newest.rotation : undefined;
    } catch (error) {
      // Whoever opens it learns what is wrong with it.
      if (KeyturnError.is(error) && error.code === 'STATE_CORRUPT') return decodeName(folder);
      throw error;
    }
  };
  const found: string[] = [];
  for await (const name of mapLimited(await reader.folders(call), AT_ONCE, nameIn))
    if (name !== undefined) found.push(name);
  return found.toSorted();
}
