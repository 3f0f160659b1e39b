import { memoryStore } from '../../../src/testing/index.ts';
import { type MemoryStoreFixture, storeFixture } from '../fixtures.ts';
import { changed, type Mutant } from './mutant.ts';
import { mutant } from './store-mutant.ts';

/** Stores that let something happen twice, or not at all. */
export const claimMutants: readonly Mutant<MemoryStoreFixture>[] = [
  {
    check: 'claim-once',
    fault: 'remembers claims in the process',
    open: () => {
      const fixture = storeFixture();
      const own = memoryStore();
      const claim = (rotation: string, key: string) => own.claim(rotation, key);
      return { ...fixture, another: () => changed(fixture.store, { claim }) };
    },
  },
  mutant(
    'claim-once',
    'looks first and takes then',
    (store) => {
      const taken = new Set<string>();
      return {
        claim: async (rotation, key, o) => {
          const isFirst = !taken.has(`${rotation} ${key}`);
          await store.claim('elsewhere', `${rotation} ${key} ${taken.size}`, o);
          taken.add(`${rotation} ${key}`);
          return isFirst;
        },
      };
    },
    ['crash'],
  ),
  mutant(
    'claim-apart',
    'takes one rotation’s key for another’s',
    (store) => ({
      claim: (_, key, o) => store.claim('all', key, o),
    }),
    ['crash'],
  ),
  mutant('claim-apart', 'cuts long keys', (store) => ({
    claim: (rotation, key, o) => store.claim(rotation, key.slice(0, 200), o),
  })),
];
