import type { MemoryStoreFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { mutant } from './store-mutant.ts';

/** Stores that do not find a token, or do not end a lock. */
export const tokenMutants: readonly Mutant<MemoryStoreFixture>[] = [
  mutant('holders', 'names the first rotation only', (store) => ({
    holders: async (token, o) => (await store.holders(token, o)).slice(0, 1),
  })),
  mutant('carried-over', 'looks only at what was issued in the chapter', (store) => ({
    holders: async (token, o) => {
      const names = await store.holders(token, o);
      return names.filter((name) => {
        const [last] = store.records(name).slice(-1);
        return last?.event.type !== 'opened';
      });
    },
  })),
  mutant('mentioning', 'looks for the first text only', (store) => ({
    mentioning: async ([text = ''], o) => (await store.mentioning?.([text], o)) ?? [],
  })),
  mutant('odd-tokens', 'takes an id for a pattern', (store) => ({
    holders: async (token, o) => (token.includes('%') ? [] : store.holders(token, o)),
  })),
  mutant('unlock', 'names the holder, and leaves it the lock', (store) => ({
    unlock: async (rotation) => store.holder?.(rotation),
  })),
];
