import { KeyturnError, type CallOptions } from '../../../src/index.ts';
import type { AppendOptions, LedgerRecord, Lock, Revision } from '../../../src/ledger/index.ts';
import { revisionOf } from '../../../src/ledger/index.ts';
import { copyOf, type MemoryStoreFixture, storeFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';
import { isCode, locking, mutant } from './store-mutant.ts';

/** Stores that keep waiting records in another way, or do not end a call. */
export const durabilityMutants: readonly Mutant<MemoryStoreFixture>[] = [
  mutant(
    'waiting',
    'keeps what waits after what announces',
    locking((lock) => {
      let waiting: readonly LedgerRecord[] = [];
      let end: Revision | undefined;
      const append: Lock['append'] = async (records, revision, o) => {
        if (o?.durable !== 'with-the-next' || waiting.length > 1) {
          if (waiting.length > 1 && records.length > 0)
            throw new KeyturnError('STATE_FAILED', 'out of order', { effect: 'none' });
          return lock.append([...waiting, ...records], end ?? revision, o);
        }
        end ??= revision;
        waiting = [...waiting, ...records];
        return revisionOf(records.at(-1)!);
      };
      return { append };
    }),
    ['release-keeps', 'waiting-conflict', 'release-fails'],
  ),
  mutant(
    'waiting-conflict',
    'forgets what waits when it looks for the end',
    locking((lock) => {
      let latest: Revision | undefined;
      return {
        append: async (records, revision, o) => {
          const isStale = latest !== undefined && revision !== latest;
          if (isStale && o?.durable !== 'with-the-next') return latest ?? revision;
          return (latest = await lock.append(records, revision, o));
        },
      };
    }),
    ['stale-revision'],
  ),
  mutant(
    'flush',
    'does nothing if nothing is appended',
    locking((lock) => ({
      append: (records, revision, o) =>
        records.length === 0 && o?.signal.aborted !== true
          ? Promise.resolve(revision)
          : lock.append(records, revision, o),
    })),
  ),
  mutant(
    'release-keeps',
    'drops what waits',
    releasing(() => undefined),
    ['release-fails'],
  ),
  mutant(
    'release-fails',
    'does not say that it could not keep what waits',
    releasing((release) => release().catch(() => {})),
  ),
  {
    check: 'crash-waiting',
    fault: 'keeps the last of what waits first',
    open: () => {
      const fixture = storeFixture();
      const disk = copyOf(fixture.store);
      const torn = locking((lock, rotation) => ({
        append: async (records, revision, o?: AppendOptions) => {
          const next = await lock.append(records, revision, o);
          const isWaiting = o?.durable === 'with-the-next';
          disk.ledgers.set(rotation, [...(fixture.store.ledgers.get(rotation) ?? [])]);
          if (isWaiting) disk.ledgers.get(rotation)?.pop();
          return next;
        },
      }))(fixture.store);
      return { ...fixture, store: changed(fixture.store, torn), crash: () => copyOf(disk) };
    },
    alsoFails: ['crash', 'release-keeps'],
  },
  mutant(
    'lost-answer',
    'takes a lost answer for a failure',
    locking((lock) => ({
      append: (records, revision, o) =>
        lock.append(records, revision, o).catch((error: unknown) => {
          if (!isCode(error, 'STATE_FAILED')) throw error;
          throw new KeyturnError('STATE_FAILED', 'it failed', { effect: 'none' });
        }),
    })),
  ),
  mutant('interrupted', 'waits for the server whatever happens', (store) => ({
    open: (rotation, o) => store.open(rotation, unlessAborted(o)),
  })),
  mutant(
    'aborted',
    'claims after an interrupt',
    (store) => ({
      claim: (rotation, key) => store.claim(rotation, key),
    }),
    ['interrupted'],
  ),
  mutant(
    'local-confirm',
    'asks the server each time',
    locking((lock, rotation, store) => ({
      confirm: async (o) => {
        await store.open(rotation);
        await lock.confirm(o);
      },
    })),
  ),
];

function unlessAborted(o: CallOptions | undefined): CallOptions | undefined {
  return o?.signal.aborted === true ? o : undefined;
}

function releasing(change: (release: () => Promise<void>) => Promise<void> | undefined) {
  return locking((lock, rotation, store) => ({
    release: async () => {
      const working = change(() => lock.release());
      if (working !== undefined) return working;
      // Only its own: what waits is dropped with the holder.
      await lock.confirm().then(
        () => store.steal(rotation, 'asleep'),
        () => {},
      );
    },
  }));
}
