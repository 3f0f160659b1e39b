import assert from 'node:assert/strict';

import { ANY_TIME, type Receipt, type Stamps } from '../../../index.ts';
import { calmly } from '../assertions.ts';
import type { Check } from '../check.ts';
import type { SinkFixture } from './fixture.ts';
import { both, one, oneOf } from './samples.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const APART = 10_000;
/** Pauses between two writes and the look in between. Among them are some within a second, and some just beyond. */
const PAUSES = [0, 300, 700, 999, 1000, 1700, 2000];

/** What a look proves: only what it can tell apart from everything else that may be so. */
export const evidence: readonly Check<SinkFixture>[] = [
  {
    id: 'receipt-own-stamps',
    title: 'a receipt holds no stamp that an earlier write left too',
    reason: 'two writes with one stamp are taken for one, and the token of the later is revoked',
    async run(fixture) {
      const { sink, names } = fixture;
      const stamps = async (which: 0 | 1): Promise<Receipt['stamps']> =>
        (await sink.deliver(both(fixture, which), calmly())).stamps;
      let earlier = await stamps(0);
      let equal: readonly string[] = names;
      // Short stamps of two values may be equal once by chance.
      for (const which of [1, 0, 1] as const) {
        const later = await stamps(which);
        const last = earlier;
        equal = equal.filter((name) => last?.[name] !== undefined && last[name] === later?.[name]);
        earlier = later;
      }
      assert.deepEqual(equal, [], 'a stamp is that of an earlier write');
    },
  },
  {
    id: 'stamps-later',
    title: 'stamps that come later complete the receipt, so that a look recognizes the delivery',
    reason: 'what nobody can recognize later is written again, and a foreign write is not noticed',
    async skip(fixture) {
      const { reads } = await deliveredLater(fixture, 0);
      return reads.length === 0 ? 'it does not hand over stamps with options.later' : undefined;
    },
    async run(fixture) {
      const { sink, names } = fixture;
      const { receipt, reads } = await deliveredLater(fixture, 1);
      assert.equal(reads.length, 1, 'options.later is called once');
      const stamps = (await reads[0]) ?? {};
      const before = Object.keys(receipt.stamps ?? {});
      assert.deepEqual(
        before.filter((name) => name in stamps),
        [],
        'a stamp is in the receipt and comes later, too',
      );
      const whole = { ...receipt, stamps: { ...receipt.stamps, ...stamps } };
      const expected = names.map((name) => ({ name }));
      oneOf(await sink.confirm(expected, { receipt: whole }, calmly()), ['same']);
    },
  },
  {
    id: 'confirm-any-time',
    title: 'a stamp or a tail is no proof if other writes may have landed at any time',
    reason: 'a write that was never answered may have left the same stamp, or the same tail',
    skip: ({ sink }) =>
      sink.supports.readBack === 'value'
        ? 'supports.readBack is value: a value proves itself'
        : undefined,
    async run(fixture) {
      const { sink, names } = fixture;
      const receipt = await sink.deliver(both(fixture), calmly());
      const proof = { receipt, since: ANY_TIME };
      oneOf(await sink.confirm(both(fixture), proof, calmly()), ['unreadable']);
      const blind = await sink.confirm(
        names.map((name) => ({ name })),
        proof,
        calmly(),
      );
      oneOf(blind, ['unreadable']);
    },
  },
  {
    id: 'confirm-later-write',
    title: 'confirm does not take a write of ours that came later for the same',
    reason: 'a late write brings an old token back within the same second',
    run: (fixture) => assertToldApart(fixture, 0),
  },
  {
    id: 'confirm-resolution',
    title: 'confirm tells writes apart only as finely as the platform’s clock and stamps do',
    reason: 'a clock of whole seconds that is taken for a finer one proves what is not so',
    skip: ({ clock }) =>
      clock === undefined
        ? 'the fixture has no clock: two writes within one step of it are left to chance'
        : undefined,
    async run(fixture) {
      const { clock } = fixture;
      for (const pause of PAUSES) {
        // Else the first write would have the stamp of the one before.
        await clock?.advance(APART);
        await assertToldApart(fixture, pause);
      }
    },
  },
  {
    id: 'confirm-one-clock',
    title: 'confirm compares a receipt’s stamps for equality, and its clock with since alone',
    reason: 'two clocks are minutes apart: what is compared across them proves nothing',
    async run(fixture) {
      const { sink, names } = fixture;
      const receipt = await sink.deliver(both(fixture), calmly());
      const expected = names.map((name) => ({ name }));
      const look = (changes: Partial<Receipt>, since?: string) =>
        sink.confirm(expected, { receipt: { ...receipt, ...changes }, since }, calmly());
      const { at, clock } = receipt;
      const plain = await look({});
      oneOf(await sink.confirm(expected, { receipt: { at } }, calmly()), ['unreadable']);
      for (const shift of [-DAY, DAY]) {
        oneOf(await look({ at: moved(at, shift) }), [plain]);
        if (clock !== undefined) oneOf(await look({ clock: moved(clock, shift) }), [plain]);
      }
      if (sink.supports.readBack === 'value' || clock === undefined) return;
      for (const shift of [0, -DAY, DAY]) {
        const shifted = { clock: moved(clock, shift) };
        oneOf(await look(shifted, moved(shifted.clock, HOUR)), [plain]);
        oneOf(await look(shifted, moved(shifted.clock, -HOUR)), ['unreadable']);
      }
      const { clock: _, ...dateless } = receipt;
      const far = { receipt: dateless, since: moved(clock, DAY) };
      oneOf(await sink.confirm(expected, far, calmly()), ['unreadable']);
    },
  },
  {
    id: 'recognises-later',
    title: 'a value is recognised by its stamp, without the plaintext',
    reason: 'what later runs do not recognise is written again by each of them',
    async skip(fixture) {
      const { sink, names } = fixture;
      if (sink.supports.readBack !== 'value')
        return `supports.readBack is ${sink.supports.readBack}: values are not shown`;
      const { stamps } = await sink.deliver(one(fixture), calmly());
      return stamps?.[names[0]] === undefined
        ? 'the receipt has no stamp: let it be the fingerprint of the value, and later runs need not write again'
        : undefined;
    },
    async run(fixture) {
      const { sink, names } = fixture;
      const receipt = await sink.deliver(both(fixture), calmly());
      const look = () =>
        sink.confirm(
          names.map((name) => ({ name })),
          { receipt, since: ANY_TIME },
          calmly(),
        );
      oneOf(await look(), ['same']);
      await sink.deliver(both(fixture, 1).slice(0, 1), calmly());
      oneOf(await look(), ['different']);
    },
  },
];

async function deliveredLater(
  fixture: SinkFixture,
  which: 0 | 1,
): Promise<{ readonly receipt: Receipt; readonly reads: readonly Promise<Stamps>[] }> {
  const { sink, clock } = fixture;
  // Else the write would have the stamp of the one before.
  await clock?.advance(APART);
  const reads: Promise<Stamps>[] = [];
  const later = (read: Promise<Stamps>): void => void reads.push(read);
  const receipt = await sink.deliver(both(fixture, which), { ...calmly(), later });
  await Promise.allSettled(reads);
  return { receipt, reads };
}

/** Two writes, one soon after the other: a look must not take the second for the first. */
async function assertToldApart(fixture: SinkFixture, pause: number): Promise<void> {
  const { sink, names, clock } = fixture;
  const shown = async (): Promise<string> => (await sink.check(names, calmly())).clock ?? ANY_TIME;
  const before = await shown();
  const receipt = await sink.deliver(one(fixture, 0), calmly());
  await clock?.advance(pause);
  const between = await shown();
  await sink.deliver(one(fixture, 1), calmly());
  for (const since of [before, between])
    for (const expected of [one(fixture, 0), [{ name: names[0] }]]) {
      const verdict = await sink.confirm(expected, { receipt, since }, calmly());
      assert.notEqual(verdict, 'same', `a write ${pause} ms later was taken for the one before`);
    }
}

function moved(moment: string, milliseconds: number): string {
  return new Date(Date.parse(moment) + milliseconds).toISOString();
}
