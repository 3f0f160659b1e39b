import { KeyturnError } from '../../../src/index.ts';
import { chain, type Lock } from '../../../src/ledger/index.ts';
import type { MemoryStore } from '../../../src/testing/index.ts';
import type { MemoryStoreFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';
import { isCode, locking, mutant } from './store-mutant.ts';

/** Appends somewhere, come what may. */
async function appendAnyway(
  store: MemoryStore,
  lock: Lock,
  rotation: string,
  records: Parameters<Lock['append']>[0],
): Promise<string> {
  const { revision } = await store.open(rotation);
  const events = records.map(({ event }) => event);
  return lock.append(chain(revision, events, records[0]?.at ?? ''), revision);
}

/** Stores that let two write. */
export const lockMutants: readonly Mutant<MemoryStoreFixture>[] = [
  mutant(
    'stale-revision',
    'appends to whatever is there',
    locking((lock, rotation, store) => ({
      append: (records, revision, o) =>
        lock.append(records, revision, o).catch((error: unknown) => {
          if (isCode(error, 'STATE_CONFLICT')) return appendAnyway(store, lock, rotation, records);
          throw error;
        }),
    })),
    // The second of two appends at once has a stale revision.
    ['one-append-wins'],
  ),
  mutant('holder', 'takes the lock to see whose it is', (store) => ({
    holder: async (rotation) => {
      const owner = await store.holder?.(rotation);
      store.steal(rotation);
      return owner;
    },
  })),
  mutant(
    'one-append-wins',
    'looks at the revision before it waits for its turn',
    locking((lock, rotation, store) => {
      let appending = 0;
      return {
        append: async (records, revision, o) => {
          const isSecond = appending++ > 0;
          try {
            return await lock.append(records, revision, o);
          } catch (error) {
            if (isSecond) return await appendAnyway(store, lock, rotation, records);
            throw error;
          } finally {
            appending--;
          }
        },
      };
    }),
  ),
  mutant('busy', 'does not say who holds the lock', (store) => ({
    lock: (rotation, owner, o) =>
      store.lock(rotation, owner, o).catch((error: unknown) => {
        if (!isCode(error, 'STATE_BUSY')) throw error;
        throw new KeyturnError('STATE_BUSY', `${rotation} is busy`, { effect: 'none' });
      }),
  })),
  mutant('one-lock-wins', 'looks for a holder before it takes the lock', (store) => {
    let taking = 0;
    return {
      lock: async (rotation, owner, o) => {
        const isSecond = taking++ > 0;
        try {
          return await store.lock(rotation, owner, o);
        } catch (error) {
          if (!isSecond) throw error;
          store.steal(rotation);
          return await store.lock(rotation, owner, o);
        } finally {
          taking--;
        }
      },
    };
  }),
  mutant('own-locks', 'has one lock for everything', (store) => {
    let holder: string | undefined;
    return {
      lock: async (rotation, owner, o) => {
        if (holder !== undefined && holder !== rotation && o?.signal.aborted !== true)
          throw new KeyturnError('STATE_BUSY', `held by ${holder}`, { effect: 'none' });
        const lock = await store.lock(rotation, owner, o);
        holder = rotation;
        const release = async (): Promise<void> => {
          holder = undefined;
          await lock.release();
        };
        return changed(lock, { release });
      },
    };
  }),
  mutant(
    'release',
    'keeps a lock that was not used',
    locking((lock) => {
      let [used, released] = [false, false];
      const confirm = async (): Promise<void> => {
        if (released) throw new KeyturnError('STATE_LOST', 'it was released', { effect: 'none' });
        await lock.confirm();
      };
      return {
        confirm,
        append: async (records, revision, o) => {
          if (released) await confirm();
          used = true;
          return lock.append(records, revision, o);
        },
        release: async () => {
          released = true;
          if (used) await lock.release();
        },
      };
    }),
  ),
  mutant(
    'released-cannot-append',
    'takes the lock again when it is needed',
    locking((lock, rotation, store) => {
      let current = lock;
      let released = false;
      return {
        append: async (records, revision, o) => {
          if (released) current = await store.lock(rotation, 'again');
          return current.append(records, revision, o);
        },
        release: async () => {
          released = true;
          await current.release();
        },
      };
    }),
  ),
  mutant(
    'lost-lock',
    'takes back a lock that it lost',
    locking((lock, rotation, store) => {
      let released = false;
      return {
        append: (records, revision, o) =>
          lock.append(records, revision, o).catch(async (error: unknown) => {
            if (!isCode(error, 'STATE_LOST') || released) throw error;
            store.steal(rotation);
            return (await store.lock(rotation, 'back')).append(records, revision);
          }),
        release: async () => {
          released = true;
          await lock.release();
        },
      };
    }),
    ['unlock'],
  ),
  mutant(
    'confirm',
    'confirms what it held once',
    locking((lock) => {
      let released = false;
      return {
        confirm: () => (released ? lock.confirm() : Promise.resolve()),
        release: async () => {
          released = true;
          await lock.release();
        },
      };
    }),
  ),
  mutant(
    'lost-lock',
    'does not tell that the lock was lost',
    locking(() => ({ signal: new AbortController().signal })),
    ['confirm'],
  ),
  mutant(
    'lost-lock',
    'releases a lock that is somebody else’s',
    locking((lock, rotation, store) => ({
      release: async () => {
        await lock.release().catch(() => {});
        store.steal(rotation);
      },
    })),
    ['release-fails', 'unlock'],
  ),
];
