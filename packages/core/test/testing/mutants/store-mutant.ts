import { KeyturnError } from '../../../src/index.ts';
import type { Lock } from '../../../src/ledger/index.ts';
import type { MemoryStore } from '../../../src/testing/index.ts';
import { type MemoryStoreFixture, storeFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';

export function isCode(error: unknown, code: string): boolean {
  return KeyturnError.is(error) && error.code === code;
}

export function mutant(
  check: string,
  fault: string,
  change: (store: MemoryStore) => Partial<MemoryStore>,
  alsoFails?: readonly string[],
): Mutant<MemoryStoreFixture> {
  const open = (): MemoryStoreFixture => {
    const fixture = storeFixture();
    const store = changed(fixture.store, change(fixture.store));
    return { ...fixture, store, another: () => store };
  };
  return { check, fault, open, ...(alsoFails && { alsoFails }) };
}

/** Changes every lock that the store gives. */
export function locking(
  change: (lock: Lock, rotation: string, store: MemoryStore) => Partial<Lock>,
): (store: MemoryStore) => Partial<MemoryStore> {
  return (store) => ({
    lock: async (rotation, owner, o) => {
      const lock = await store.lock(rotation, owner, o);
      return changed(lock, change(lock, rotation, store));
    },
  });
}
