import assert from 'node:assert/strict';

import type { Check } from '../check.ts';
import type { StoreFixture } from './fixture.ts';

/** What happens once. */
export const claims: readonly Check<StoreFixture>[] = [
  {
    id: 'claim-once',
    title: 'of all who claim a key, ever, one gets it',
    reason: 'an event that is announced twice wakes somebody up twice',
    async run({ store, another }) {
      const other = (await another?.()) ?? store;
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? store : other).claim('one', 'key')),
      );
      assert.equal(results.filter(Boolean).length, 1, 'not one alone has got the key');
      assert.equal(await other.claim('one', 'key'), false);
    },
  },
  {
    id: 'claim-apart',
    title: 'keys and rotations are told apart, and a claim is no ledger',
    reason: 'one event must not silence another, nor a notification make a rotation',
    async run({ store }) {
      for (const rotation of ['one', 'One', 'one/a'])
        for (const key of ['a', 'A', 'a/b', '../a', 'é🔑', 'x'.repeat(500), `${'x'.repeat(500)}y`])
          assert.equal(await store.claim(rotation, key), true, `${rotation} ${key}`);
      assert.deepEqual(await store.rotations(), []);
      const lock = await store.lock('one', 'writer');
      assert.equal(await store.claim('one', 'while it is locked'), true);
      await lock.release();
    },
  },
];
