import { describe, expect, it } from 'vitest';

import { Secret } from '../../src/index.ts';
import { chain, copyLedger, EMPTY, signedStore, type StateStore } from '../../src/ledger/index.ts';
import { type MemoryStore, memoryStore } from '../../src/testing/index.ts';

const AT = '2030-01-01T00:00:00.000Z';
const labels = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `label-${index}`);

async function filled(...names: string[]): Promise<MemoryStore> {
  const store = memoryStore();
  if (names.length > 0) await add(store, EMPTY, names);
  return store;
}

async function add(
  store: MemoryStore,
  revision: string,
  names: readonly string[],
): Promise<string> {
  const lock = await store.lock('ci', 'writer');
  const events = names.map((label) => ({ type: 'started', label, reason: 'forced' }) as const);
  const next = await lock.append(chain(revision, events, AT), revision);
  await lock.release();
  return next;
}

describe('copying a ledger', () => {
  it('copies every record as it is, and nothing when it is repeated', async () => {
    const from = await filled(...labels(1203));
    const to = memoryStore();
    expect(await copyLedger('ci', from, to, 'me')).toEqual({ outcome: 'copied', records: 1203 });
    expect(to.ledgers).toEqual(from.ledgers);
    expect(await copyLedger('ci', from, to, 'me')).toEqual({ outcome: 'unchanged', records: 0 });
    expect(to.ledgers).toEqual(from.ledgers);
  });

  it('adds five hundred records at once', async () => {
    const to = memoryStore();
    const sizes: number[] = [];
    const watched: StateStore = {
      ...to,
      async lock(...args) {
        const lock = await to.lock(...args);
        return {
          ...lock,
          append: (records, ...rest) => {
            sizes.push(records.length);
            return lock.append(records, ...rest);
          },
        };
      },
    };
    await copyLedger('ci', await filled(...labels(1203)), watched, 'me');
    expect(sizes).toEqual([500, 500, 203]);
  });

  it('is refused from a store to itself, however it is spelt, and gives the lock back', async () => {
    const store = await filled('a');
    await expect(copyLedger('ci', store, { ...store }, 'me')).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: 'the ledger of ci is the same in the source and in the target',
      effect: 'none',
    });
    expect(await store.holder?.('ci')).toBeUndefined();
    const other = memoryStore();
    const lock = await other.lock('ci', 'somebody else');
    await expect(copyLedger('ci', store, other, 'me')).rejects.toMatchObject({
      code: 'STATE_BUSY',
    });
    await lock.release();
  });

  it('adds only what is missing', async () => {
    const from = await filled('a', 'b');
    const to = memoryStore();
    await copyLedger('ci', from, to, 'me');
    await add(from, (await from.open('ci')).revision, ['c']);
    expect(await copyLedger('ci', from, to, 'me')).toEqual({ outcome: 'copied', records: 1 });
    expect(to.ledgers).toEqual(from.ledgers);
  });

  it('goes on after it was killed between two batches', async () => {
    const from = await filled(...labels(1203));
    const to = memoryStore();
    const lines = from.ledgers.get('ci') ?? [];
    to.ledgers.set('ci', lines.slice(0, 500));
    expect(await copyLedger('ci', from, to, 'me')).toEqual({ outcome: 'copied', records: 703 });
    expect(to.ledgers).toEqual(from.ledgers);
  });

  it('leaves a target that has gone on as it is', async () => {
    const from = await filled('a', 'b');
    const to = memoryStore();
    await copyLedger('ci', from, to, 'me');
    await add(to, (await to.open('ci')).revision, ['c']);
    const before = structuredClone(to.ledgers);
    expect(await copyLedger('ci', from, to, 'me')).toEqual({ outcome: 'newer', records: 0 });
    expect(to.ledgers).toEqual(before);
  });

  it.each([[['x', 'b']], [['a', 'x', 'c']]])('refuses another history: %j', async (names) => {
    const from = await filled('a', 'b');
    const to = await filled(...names);
    const before = structuredClone(to.ledgers);
    await expect(copyLedger('ci', from, to, 'me')).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
      effect: 'none',
    });
    expect(to.ledgers).toEqual(before);
  });

  it('refuses a broken chain on either side, and copies nothing', async () => {
    for (const side of ['from', 'to'] as const) {
      const stores = { from: await filled('a', 'b'), to: memoryStore() };
      if (side === 'to') await copyLedger('ci', stores.from, stores.to, 'me');
      const lines = stores[side].ledgers.get('ci') ?? [];
      lines[0] = lines[0]?.replace('forced', 'age') ?? '';
      const before = structuredClone(stores.to.ledgers);
      await expect(copyLedger('ci', stores.from, stores.to, 'me')).rejects.toMatchObject({
        code: 'STATE_CORRUPT',
      });
      expect(stores.to.ledgers).toEqual(before);
    }
  });

  it('refuses what another run is writing, on either side', async () => {
    const from = await filled('a');
    const to = memoryStore();
    for (const store of [from, to]) {
      const lock = await store.lock('ci', 'somebody');
      await expect(copyLedger('ci', from, to, 'me')).rejects.toMatchObject({ code: 'STATE_BUSY' });
      await lock.release();
    }
    expect((await copyLedger('ci', from, to, 'me')).outcome).toBe('copied');
    for (const store of [from, to]) await (await store.lock('ci', 'next')).release();
  });

  it('keeps signatures', async () => {
    const key = new Secret('a-key-of-at-least-thirty-two-characters');
    const plain = memoryStore();
    const from = signedStore(plain, key);
    const event = { type: 'started', label: 'a', reason: 'forced' } as const;
    const lock = await from.lock('ci', 'writer');
    const records = chain(
      EMPTY,
      [event],
      AT,
      'me',
      (record) => from.sign?.('ci', record) ?? record,
    );
    await lock.append(records, EMPTY);
    await lock.release();
    const to = memoryStore();
    await copyLedger('ci', from, signedStore(to, key), 'me');
    expect(to.ledgers).toEqual(plain.ledgers);
  });

  it('says that there is nothing to copy', async () => {
    await expect(copyLedger('ci', memoryStore(), memoryStore(), 'me')).rejects.toMatchObject({
      code: 'USAGE_INVALID',
    });
  });
});
