import assert from 'node:assert/strict';

import { type Confirmation, reveal, type SinkSupports } from '../../../index.ts';
import { calmly } from '../assertions.ts';
import type { Check } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { SinkFixture } from './fixture.ts';
import { assertUnwritten, both, one, oneOf, sample } from './samples.ts';

/** An equal tail is a proof only where the platform also tells when it was written. */
const recognised: Readonly<Record<SinkSupports['readBack'], readonly Confirmation[]>> = {
  value: ['same'],
  tail: ['same', 'unreadable'],
  stamp: ['same'],
  none: ['unreadable'],
};

/** What the sink says of what it holds: a token is revoked on it. */
export const confirm: readonly Check<SinkFixture>[] = [
  {
    id: 'confirm-absent',
    title: 'confirm tells that nothing is there',
    reason: 'a secret that was deleted by hand has to be delivered again',
    async run(fixture) {
      const { sink } = fixture;
      const verdict = await sink.confirm(one(fixture), {}, calmly());
      oneOf(verdict, sink.supports.readBack === 'none' ? ['absent', 'unreadable'] : ['absent']);
    },
  },
  {
    id: 'confirm-partly-absent',
    title: 'confirm never calls half of a delivery the same',
    reason: 'a torn pair that passes for whole is never mended',
    async run(fixture) {
      const { sink } = fixture;
      const receipt = await sink.deliver(both(fixture).slice(0, 1), calmly());
      assert.notEqual(await sink.confirm(both(fixture), { receipt }, calmly()), 'same');
    },
  },
  {
    id: 'confirm-same',
    title: 'confirm recognises a delivery as supports.readBack says',
    reason:
      'what is not recognised is written again on every run, or holds up a revocation for ever',
    async run(fixture) {
      const { sink } = fixture;
      const receipt = await sink.deliver(both(fixture), calmly());
      const verdict = await sink.confirm(both(fixture), { receipt }, calmly());
      oneOf(verdict, recognised[sink.supports.readBack]);
    },
  },
  {
    id: 'confirm-no-receipt',
    title: 'without a receipt, only a whole value is recognised',
    reason: 'a lost answer leaves no receipt: guessing there revokes a token in use',
    async run(fixture) {
      const { sink } = fixture;
      await sink.deliver(one(fixture), calmly());
      const verdict = await sink.confirm(one(fixture), {}, calmly());
      oneOf(verdict, sink.supports.readBack === 'value' ? ['same'] : ['unreadable']);
      const [{ name }] = one(fixture);
      const blind = await sink.confirm([{ name }], {}, calmly());
      oneOf(blind, ['unreadable']);
    },
  },
  {
    id: 'confirm-different',
    title: 'confirm tells another value apart',
    reason: 'a late write that brought an old token back shows only here',
    skip: ({ sink: { supports } }) =>
      supports.readBack === 'value' || supports.readBack === 'tail'
        ? undefined
        : `supports.readBack is ${supports.readBack}: values are not shown`,
    async run(fixture) {
      const { sink } = fixture;
      await sink.deliver(one(fixture, 0), calmly());
      oneOf(await sink.confirm(one(fixture, 1), {}, calmly()), ['different']);
    },
  },
  {
    id: 'confirm-foreign',
    title: 'confirm never calls a foreign write the same',
    reason: 'somebody else wrote there since: what it holds now is not what was delivered',
    skip: ({ foreignWrite }) =>
      foreignWrite === undefined ? 'the fixture has no foreignWrite' : undefined,
    async run(fixture) {
      const { sink, names, foreignWrite } = fixture;
      const receipt = await sink.deliver(one(fixture), calmly());
      await foreignWrite?.(names[0], reveal(sample(fixture, 1)));
      const verdict = await sink.confirm(one(fixture), { receipt }, calmly());
      oneOf(verdict, sink.supports.readBack === 'none' ? ['unreadable'] : ['different']);
      const blind = await sink.confirm([{ name: names[0] }], { receipt }, calmly());
      oneOf(blind, ['different', 'unreadable']);
    },
  },
  {
    id: 'confirm-reads-only',
    title: 'confirm, holds and clue write nothing',
    reason: 'status looks at every sink, at any time',
    async run(fixture) {
      const { sink, names } = fixture;
      const receipt = await sink.deliver(one(fixture), calmly());
      await assertUnwritten(fixture, async () => {
        await sink.confirm(one(fixture, 1), { receipt }, calmly());
        await sink.confirm(both(fixture, 1), {}, calmly());
        await sink.holds?.(names, calmly());
        await sink.clue?.(names, calmly());
      });
    },
  },
  {
    id: 'holds',
    title: 'holds gives a hint, never the secret',
    reason: 'hints are printed',
    skip: ({ sink }) => (sink.holds === undefined ? 'the sink has no holds' : undefined),
    async run(fixture) {
      const { sink, names } = fixture;
      assert.equal(await sink.holds?.(names, calmly()), undefined, 'nothing is there yet');
      await sink.deliver(both(fixture), calmly());
      const secret = reveal(sample(fixture));
      const pair = await sink.holds?.(names, calmly());
      assertHidden('the hint', pair, [secret]);
      if (pair?.id !== undefined) assert.equal(pair.id, both(fixture)[0]?.value);
      if (pair?.tail !== undefined)
        assert.ok(secret.endsWith(pair.tail), 'the tail of another text');
      assert.ok((pair?.tail ?? '').length <= 8, 'a tail of more than 8 characters');
      await sink.deliver(one(fixture), calmly());
      assertHidden('the hint', await sink.holds?.([names[0]], calmly()), [secret]);
    },
  },
  {
    id: 'clue',
    title: 'clue gives a hint, never the secret',
    reason: 'clues are printed',
    skip: ({ sink }) => (sink.clue === undefined ? 'the sink has no clue' : undefined),
    async run(fixture) {
      const { sink, names } = fixture;
      assert.equal(await sink.clue?.(names, calmly()), undefined, 'nothing is there yet');
      await sink.deliver(both(fixture), calmly());
      const clue = await sink.clue?.(names, calmly());
      assertHidden('the clue', clue, [reveal(sample(fixture))]);
      const id = both(fixture)[0]?.value;
      if (clue?.id !== undefined) assert.equal(clue.id, id);
      if (clue?.idTail !== undefined)
        assert.ok(String(id).endsWith(clue.idTail), 'the end of another id');
    },
  },
];
