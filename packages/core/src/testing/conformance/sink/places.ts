import assert from 'node:assert/strict';

import type { SinkReport } from '../../../index.ts';
import { calmly } from '../assertions.ts';
import type { Check, ReceivedRequest } from '../check.ts';
import { assertHidden } from '../hidden.ts';
import type { SinkFixture } from './fixture.ts';
import { both, one } from './samples.ts';

/** Clocks of whole seconds, and the time that a check takes. */
const TOLERANCE = 5000;

/** What check finds out. */
export const places: readonly Check<SinkFixture>[] = [
  {
    id: 'check-present',
    title: 'check tells what is there, unless it is known',
    reason: 'half of the names being there is how a job that would break is noticed',
    async skip({ sink, names }) {
      if (sink.supports.readBack !== 'none') return undefined;
      const { present } = await sink.check(names, calmly());
      return present === undefined ? 'supports.readBack is none: names are not shown' : undefined;
    },
    async run(fixture) {
      const { sink, names } = fixture;
      const look = async (known?: boolean): Promise<string[] | undefined> => {
        const report = await sink.check(names, {
          ...calmly(),
          ...(known !== undefined && { known }),
        });
        return report.present?.map(({ name }) => name);
      };
      assert.deepEqual(await look(), [], 'nothing is there');
      await sink.deliver(one(fixture), calmly());
      assert.deepEqual(await look(), [names[0]], 'one name is there');
      assert.deepEqual(await look(false), [names[0]], 'one name is there');
      assert.deepEqual((await look(true)) ?? [names[0]], [names[0]], 'one name is there, if known');
    },
  },
  {
    id: 'check-reads',
    title: 'check makes every read that the delivery makes before its last write',
    reason: 'a read that fails only after a token was created leaves a token in every run',
    skip: ({ requests }) =>
      requests === undefined ? 'the fixture has no requests: reads are not told' : undefined,
    async run(fixture) {
      const { sink, names, requests } = fixture;
      for (const known of [false, true]) {
        const start = ((await requests?.()) ?? []).length;
        await sink.check(names, { ...calmly(), known });
        const checked = ((await requests?.()) ?? []).slice(start);
        await sink.deliver(both(fixture, known ? 1 : 0), calmly());
        const delivered = ((await requests?.()) ?? []).slice(start + checked.length);
        const missing = readsOf(delivered).filter((route) => !readsOf(checked).includes(route));
        assert.deepEqual(
          missing,
          [],
          `check${known ? ', told that all is known,' : ''} skips reads`,
        );
      }
    },
  },
  {
    id: 'place',
    title: 'the place is the same at each check, whatever is stored there',
    reason: 'a place that changes is a second place, and the first holds its token for ever',
    skip: async ({ sink, names }) =>
      (await placeOf(sink, names)) === undefined ? 'the sink tells no place' : undefined,
    async run(fixture) {
      const { sink, names, credential } = fixture;
      const place = await placeOf(sink, names);
      assertHidden('the place', place, [credential]);
      assertHidden('the server', sink.server, [credential]);
      await sink.deliver(both(fixture), calmly());
      assert.equal(await placeOf(sink, names), place);
      assert.equal(await placeOf(sink, names.slice(1)), place, 'it depends on the names');
      const known = await sink.check(names, { ...calmly(), known: true });
      assert.equal(known.place, place, 'it depends on what is known');
    },
  },
  {
    id: 'place-apart',
    title: 'two things have two ids, and two places',
    reason: 'what is written in one of them is taken for written in the other',
    skip: ({ elsewhere }) => (elsewhere === undefined ? 'the fixture has no elsewhere' : undefined),
    async run(fixture) {
      const { sink, names, elsewhere } = fixture;
      const other = (await elsewhere?.()) ?? sink;
      assert.notEqual(other.id, sink.id, 'they have one id');
      const place = await placeOf(sink, names);
      assert.equal(typeof (await placeOf(other, names)), typeof place, 'one of them has no place');
      if (place !== undefined) assert.notEqual(await placeOf(other, names), place);
      await sink.deliver(both(fixture), calmly());
      const report = await other.check(names, calmly());
      assert.deepEqual(report.present ?? [], [], 'what is in one is seen in the other');
    },
  },
  {
    id: 'clock',
    title: 'check and receipts show one clock, which goes on',
    reason: 'by that clock it is known whether another write may have left the same stamp',
    skip: async ({ sink, names }) =>
      (await sink.check(names, calmly())).clock === undefined
        ? 'the sink tells no clock'
        : undefined,
    async run(fixture) {
      const { sink, names } = fixture;
      const before = await sink.check(names, calmly());
      const receipt = await sink.deliver(both(fixture), calmly());
      const after = await sink.check(names, { ...calmly(), known: true });
      const moments = [before.clock, receipt.clock, after.clock].map((clock) =>
        Date.parse(clock ?? ''),
      );
      assert.ok(!moments.some(Number.isNaN), `a clock is missing: ${moments.join(', ')}`);
      assert.deepEqual(
        moments,
        moments.toSorted((a, b) => a - b),
        'it goes back: are these two?',
      );
    },
  },
  {
    id: 'clock-platform',
    title: 'the clock is the platform’s, never the machine’s',
    reason: 'stamps of one clock and moments of another are minutes apart',
    skip: ({ clock }) => (clock === undefined ? 'the fixture has no clock' : undefined),
    async run(fixture) {
      const { sink, names, clock } = fixture;
      const isPlatforms = (what: string, text: string | undefined): void => {
        if (text === undefined) return;
        const distance = Math.abs(Date.parse(text) - (clock?.now() ?? 0));
        assert.ok(distance <= TOLERANCE, `${what} shows another clock: ${text}`);
      };
      for (const pause of [0, 120_000]) {
        await clock?.advance(pause);
        isPlatforms('check', (await sink.check(names, calmly())).clock);
        const receipt = await sink.deliver(both(fixture, pause === 0 ? 0 : 1), calmly());
        isPlatforms('the receipt', receipt.clock);
      }
    },
  },
];

async function placeOf(
  sink: SinkFixture['sink'],
  names: readonly string[],
): Promise<SinkReport['place']> {
  return (await sink.check(names, calmly())).place;
}

/** Reads before the last change; what is read after it may fail without harm. */
function readsOf(requests: readonly ReceivedRequest[]): string[] {
  const last = requests.findLastIndex(({ changes }) => changes);
  const needed = last === -1 ? requests : requests.slice(0, last);
  return [...new Set(needed.filter(({ changes }) => !changes).map(({ route }) => route))];
}
