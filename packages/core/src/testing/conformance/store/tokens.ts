import assert from 'node:assert/strict';

import { EMPTY, type RotationEvent } from '../../../ledger/index.ts';
import { refusal } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { StoreFixture } from './fixture.ts';
import { acquired, append, assertKept, opened, started } from './samples.ts';

/** Ids that a pattern, a key or a query may trip over. */
const ODD_IDS = ['a%b', "it's", '"quoted"', 'back\\slash', 'slash/es', 'Zürich 🔑', '_', 'a.b*'];

/** Who knows a token, and who holds a lock. */
export const tokens: readonly Check<StoreFixture>[] = [
  {
    id: 'holders',
    title: 'every rotation whose ledger mentions a token is named',
    reason: 'a token that another rotation uses must not be revoked',
    async run({ store, another }) {
      for (const [rotation, ids] of [
        ['beta', ['shared', 'own']],
        ['alpha', ['shared']],
        ['gamma', ['other', 'share', 'shared2']],
      ] as const) {
        const lock = await acquired(store, rotation, 'writer');
        await append(lock, EMPTY, opened(rotation), ...ids.map(issued));
        await lock.release();
      }
      const other = (await another?.()) ?? store;
      const known = await other.holders('shared');
      assert.deepEqual(
        known.filter((name) => name !== 'gamma'),
        ['alpha', 'beta'],
      );
      assert.ok((await other.holders('own')).includes('beta'), 'beta is not named');
      assert.ok((await store.rotations()).length > (await other.holders('x')).length, 'all are');
    },
  },
  {
    id: 'carried-over',
    title: 'a token that only the summary of a new chapter mentions is known too',
    reason: 'a predecessor is revoked long after the chapter in which it was issued',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      const first = await append(lock, EMPTY, opened('one'), issued('old'));
      const ref = { id: 'old', label: 'old', issuedAt: '2030-01-01T00:00:00.000Z' };
      const summary = { tokens: [{ ref, exposed: true, retired: true }], sinks: [], attempts: [] };
      await append(lock, first.revision, { type: 'opened', rotation: 'one', summary });
      assert.deepEqual(await store.holders('old'), ['one']);
      await lock.release();
    },
  },
  {
    id: 'mentioning',
    title: 'every rotation whose ledger has one of some texts is named, and not all are',
    reason: 'two rotations must not write to one place',
    skip: ({ store }) => (store.mentioning === undefined ? 'the store cannot look' : undefined),
    async run({ store, another }) {
      for (const name of ['one', 'two', 'three']) {
        const lock = await acquired(store, name, 'writer');
        const place = {
          target: `memory:${name}`,
          thing: `thing of ${name}`,
          layout: { kind: 'pair', names: { id: 'TOKEN_ID' } },
        } as const;
        const identified = { type: 'identified', issuer: { id: 'memory' }, places: { place } };
        await append(lock, EMPTY, opened(name), identified as RotationEvent);
        await lock.release();
      }
      const other = (await another?.()) ?? store;
      const named = async (...texts: string[]) => (await other.mentioning?.(texts)) ?? [];
      const known = await named('memory:one', 'thing of three', 'nowhere');
      assert.deepEqual(
        known.filter((name) => name !== 'two'),
        ['one', 'three'],
      );
      assert.ok((await named('nowhere')).length < 3, 'all are');
      assert.deepEqual(await named(), []);
    },
  },
  {
    id: 'odd-tokens',
    title: 'tokens of any id are found',
    reason: 'an issuer may have other ids than ours',
    async run({ store }) {
      const lock = await acquired(store, 'one', 'writer');
      await append(lock, EMPTY, opened('one'), ...ODD_IDS.map(issued));
      await lock.release();
      for (const id of ODD_IDS) assert.deepEqual(await store.holders(id), ['one'], id);
    },
  },
  {
    id: 'unlock',
    title: 'a lock can be ended from outside, and its holder cannot append anymore',
    reason: 'the machine that held it is gone, and its lease is long',
    skip: ({ store }) => (store.unlock === undefined ? 'the store has no unlock' : undefined),
    async run({ store, another }) {
      const other = (await another?.()) ?? store;
      assert.equal(await other.unlock?.('one'), undefined, 'nobody has it');
      const lock = await acquired(store, 'one', 'run 4711 on alpha');
      const { records, revision } = await append(lock, EMPTY, opened('one'));
      assert.match((await other.unlock?.('one')) ?? '', /run 4711 on alpha/);
      const next = await acquired(other, 'one', 'next');
      const late = () => append(lock, revision, started('late'));
      await refusal('append', late, ['STATE_LOST', 'STATE_CONFLICT'], 'none');
      await lock.release().catch(() => {});
      await assertKept(other, 'one', records);
      await append(next, revision, started('b'));
      await next.release();
    },
  },
];

function issued(id: string): RotationEvent {
  const token = { id, label: `label of ${id}`, issuedAt: '2030-01-01T00:00:00.000Z' };
  return { type: 'issued', label: token.label, token };
}
