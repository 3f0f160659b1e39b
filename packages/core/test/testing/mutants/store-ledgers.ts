import { KeyturnError } from '../../../src/index.ts';
import { isCode } from './store-mutant.ts';
import { parseRecord, revisionOf } from '../../../src/ledger/index.ts';
import { memoryStore } from '../../../src/testing/index.ts';
import { copyOf, type MemoryStoreFixture, storeFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';
import { locking, mutant } from './store-mutant.ts';

/** Stores that keep or give back something else. */
export const ledgerMutants: readonly Mutant<MemoryStoreFixture>[] = [
  mutant('identity', 'has a kind that is no word', () => ({ kind: 'Memory Store' })),
  mutant('empty', 'makes a ledger of what it is asked for', (store) => ({
    open: async (rotation, o) => {
      if (!store.ledgers.has(rotation)) store.ledgers.set(rotation, []);
      return store.open(rotation, o);
    },
  })),
  mutant('round-trip', 'writes text in another encoding than it reads', (store) => ({
    open: async (rotation, o) => {
      const { records, revision } = await store.open(rotation, o);
      return {
        revision,
        records: records.map((record) =>
          record.event.type === 'started'
            ? { ...record, event: { ...record.event, label: latin1(record.event.label) } }
            : record,
        ),
      };
    },
  })),
  {
    check: 'durable',
    alsoFails: ['unlock', 'waiting'],
    fault: 'keeps records in the process',
    open: () => {
      const fixture = storeFixture();
      const empty = memoryStore();
      const open = (rotation: string) => empty.open(rotation);
      return { ...fixture, another: () => changed(fixture.store, { open }) };
    },
  },
  {
    check: 'crash',
    alsoFails: ['crash-waiting', 'flush', 'release-keeps'],
    fault: 'answers before it is durable',
    open: () => {
      const fixture = storeFixture();
      let disk = copyOf(fixture.store);
      const flush = (): void => {
        setImmediate(() => (disk = copyOf(fixture.store)));
      };
      const lock = locking((held) => ({
        append: async (records, revision, o) => {
          const next = await held.append(records, revision, o);
          flush();
          return next;
        },
      }))(fixture.store);
      return { ...fixture, store: changed(fixture.store, lock), crash: () => disk };
    },
  },
  {
    check: 'crash',
    fault: 'keeps claims in the process',
    open: () => {
      const fixture = storeFixture();
      const crash = () => {
        const left = copyOf(fixture.store);
        left.claims.clear();
        return left;
      };
      return { ...fixture, crash };
    },
  },
  mutant(
    'fails',
    'goes on when the disk is full',
    locking((lock) => ({
      append: (records, revision, o) =>
        lock.append(records, revision, o).catch((error: unknown) => {
          const [last] = records.slice(-1);
          if (!KeyturnError.is(error) || error.code !== 'STATE_FAILED' || last === undefined)
            throw error;
          return revisionOf(last);
        }),
    })),
  ),
  mutant('chapters', 'reads all of history', (store) => ({
    open: async (rotation, o) => {
      const { revision } = await store.open(rotation, o);
      return { records: store.records(rotation), revision };
    },
  })),
  mutant('history', 'forgets all but the last chapter', (store) => ({
    history: async function* history(rotation) {
      yield* (await store.open(rotation)).records;
    },
  })),
  mutant(
    'many',
    'cuts large batches',
    locking((lock) => ({
      append: (records, revision, o) => lock.append(records.slice(0, 500), revision, o),
    })),
  ),
  mutant('rotations', 'gives names in any order', (store) => ({
    rotations: async (o) => (await store.rotations(o)).toReversed(),
  })),
  mutant('odd-names', 'takes names that differ in case for the same', (store) => ({
    open: (rotation, o) => store.open(rotation.toLowerCase(), o),
    history: (rotation, o) => store.history(rotation.toLowerCase(), o),
    lock: (rotation, owner, o) => store.lock(rotation.toLowerCase(), owner, o),
  })),
  mutant('tampered', 'does not follow the chain', (store) => ({
    open: async (rotation, o) => {
      try {
        return await store.open(rotation, o);
      } catch (error) {
        if (!isCode(error, 'STATE_CORRUPT')) throw error;
        const lines = store.ledgers.get(rotation) ?? [];
        const records = lines.map((line) => parseRecord(line, rotation));
        const [last] = records.slice(-1);
        return { records, revision: last === undefined ? '0:' : revisionOf(last) };
      }
    },
  })),
];

function latin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
