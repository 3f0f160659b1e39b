import { KeyturnError, systemClock } from '@keyturn/core';
import { chain, EMPTY, type Revision, revisionOf } from '@keyturn/core/ledger';
import { describe, expect, it } from 'vitest';

import { startProxy, type Fault } from './support/proxy.ts';
import { useServer, withServer } from './support/server.ts';
import {
  AT,
  calm,
  freshSchema,
  labels,
  locationOf,
  manualClock,
  opened,
  openStore,
  started,
  type Store,
} from './support/stores.ts';

const server = await useServer();

/** What a run was told about each of its labels. */
type Told = Map<string, 'kept' | 'none' | 'unknown'>;

/** One run that uses every call. Goes on after an error as a run does: not at all. */
async function runOnce(store: Store, told: Told, claimed: (boolean | 'unknown')[]): Promise<void> {
  const lock = await store.lock('one', 'run', calm);
  try {
    const { revision } = await store.open('one', calm);
    let end = await write(lock, revision, told, 'now', 'a', true);
    end = await write(lock, end, told, 'with-the-next', 'b');
    end = await write(lock, end, told, 'now', 'c');
    await store.claim('one', 'key', calm).then(
      (isFirst) => claimed.push(isFirst),
      (error: unknown) => {
        claimed.push('unknown');
        throw error;
      },
    );
    await store.now(calm);
    await store.holders('a', calm);
    await write(lock, end, told, 'with-the-next', 'd');
    await lock.confirm(calm);
  } finally {
    await lock.release(calm).then(
      () => kept(told, 'd'),
      (error: unknown) => told.has('d') && told.set('d', effectOf(error)),
    );
  }
}

function kept(told: Told, label: string): void {
  if (told.get(label) === 'unknown') told.set(label, 'kept');
}

async function write(
  lock: Awaited<ReturnType<Store['lock']>>,
  revision: Revision,
  told: Told,
  durable: 'now' | 'with-the-next',
  label: string,
  isFirst = false,
): Promise<Revision> {
  const events = [...(isFirst && revision === EMPTY ? [opened()] : []), started(label)];
  told.set(label, 'unknown');
  try {
    const end = await lock.append(chain(revision, events, AT), revision, { ...calm, durable });
    if (durable === 'now') for (const one of told.keys()) told.set(one, 'kept');
    return end;
  } catch (error) {
    told.set(label, effectOf(error));
    throw error;
  }
}

function effectOf(error: unknown): 'none' | 'unknown' {
  if (!KeyturnError.is(error)) throw error;
  return error.effect;
}

await withServer(async () => {
  describe.each<Fault>(['cut', 'lose', 'mute', 'hang'])('a request that is met by %s', (fault) => {
    it('leaves a ledger that says what the run was told, wherever it happens', async () => {
      // A busy machine may make a run fail for other reasons: the end is a run that was spared.
      let isSpared = false;
      let at = 0;
      while (!isSpared && at < 80) {
        at++;
        const schema = freshSchema();
        const proxy = await startProxy(server().port);
        proxy.decide = (request) => (request === at ? fault : undefined);
        const location = locationOf(server(), schema, { port: proxy.port });
        const isSilent = fault === 'mute' || fault === 'hang';
        const options = { clock: systemClock, connectTimeout: 500, patience: 50, lease: 500 };
        const store = isSilent
          ? openStore({ ...location, timeout: 200 }, options)
          : openStore(location, { clock: systemClock, lease: 500 });
        const told: Told = new Map();
        const claimed: (boolean | 'unknown')[] = [];
        const outcome = await runOnce(store, told, claimed).catch((error: unknown) => error);
        if (outcome !== undefined) effectOf(outcome);
        await store.close();
        isSpared = proxy.requests < at && outcome === undefined;
        await expectTruth(schema, told, claimed, `${fault} at ${at}`);
      }
      // Connecting, making the tables, locking, and each of the calls.
      expect(at).toBeGreaterThan(30);
    }, 240_000);
  });
});

async function expectTruth(
  schema: string,
  told: Told,
  claimed: readonly (boolean | 'unknown')[],
  where: string,
): Promise<void> {
  const direct = openStore(locationOf(server(), schema), { clock: manualClock() });
  const found = await labels(direct);
  const lies = [...told].filter(([label, what]) => {
    const times = found.filter((one) => one === label).length;
    return what === 'unknown' ? times > 1 : times !== (what === 'kept' ? 1 : 0);
  });
  expect({ where, found, lies }).toEqual({ where, found, lies: [] });
  // The first claim ever is not refused, and what was claimed is not given again.
  expect(claimed).not.toContain(false);
  const isClaimed = await direct.claim('one', 'key', calm);
  expect({ where, isTwice: claimed.includes(true) && isClaimed }).toEqual({
    where,
    isTwice: false,
  });
  // Whatever happened, the next run goes on.
  const lock = await direct.lock('one', 'next', calm);
  const { records, revision } = await direct.open('one', calm);
  const last = records.at(-1);
  expect(revision).toBe(last === undefined ? EMPTY : revisionOf(last));
  const next = chain(revision, [...(revision === EMPTY ? [opened()] : []), started('next')], AT);
  await lock.append(next, revision, { ...calm, durable: 'now' });
  await lock.release(calm);
  await direct.close();
  await server().sql(`drop schema "${schema}" cascade`);
}
