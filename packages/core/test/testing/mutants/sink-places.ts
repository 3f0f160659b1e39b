import type { CheckOptions, SinkReport } from '../../../src/index.ts';
import type { MemorySinkFixture } from '../fixtures.ts';
import type { Mutant } from './mutant.ts';
import { type Change, mutant } from './sink-mutant.ts';

/** Changes what check reports. */
function reporting(
  change: (report: SinkReport, names: readonly string[], options: CheckOptions) => object,
): Change {
  return ({ sink }) => ({
    check: async (names, o) => {
      const report = await sink.check(names, o);
      return { ...report, ...change(report, names, o) };
    },
  });
}

/** Sinks that see something else than what is there, or do not look. */
export const placeMutants: readonly Mutant<MemorySinkFixture>[] = [
  mutant(
    'check-present',
    'reports that nothing is there',
    reporting(() => ({ present: [] })),
  ),
  mutant('check-present', 'says what is there only if it is known already', ({ sink }) => ({
    check: async (names, { known = false, ...o }) => {
      const { present = [], ...report } = await sink.check(names, o);
      return known ? { ...report, present } : report;
    },
  })),
  mutant('check-reads', 'reads something only when it delivers', ({ sink }) => ({
    deliver: async (entries, o) => {
      await sink.holds?.(['KEY'], o);
      return sink.deliver(entries, o);
    },
  })),
  mutant('check-reads', 'skips a read that it needs if all is known', ({ sink }) => ({
    check: async (names, o) => {
      if (o.known !== true) await sink.holds?.(['KEY'], o);
      return sink.check(names, o);
    },
    deliver: async (entries, o) => {
      await sink.holds?.(['KEY'], o);
      return sink.deliver(entries, o);
    },
  })),
  mutant('place', 'has another place at each check', ({ sink }) => {
    let count = 0;
    return {
      check: async (names, o) => ({ ...(await sink.check(names, o)), place: `${count++}` }),
    };
  }),
  mutant(
    'place',
    'has a place for each set of names',
    reporting((_, names) => ({ place: names.join() })),
  ),
  mutant(
    'place',
    'tells its place on first contact alone',
    reporting(({ place }, _, { known }) => ({ place: known === true ? undefined : place })),
  ),
  mutant('place', 'shows its credential in its place', ({ sink, credential = '' }) => ({
    check: async (names, o) => ({ ...(await sink.check(names, o)), place: `at ${credential}` }),
  })),
  mutant(
    'place-apart',
    'has one place for two things',
    reporting(() => ({ place: 'thing:memory:two' })),
  ),
  mutant('place-apart', 'has one id for two things', () => ({ id: 'memory:two' })),
  mutant(
    'clock',
    'shows a clock of its own in receipts',
    ({ sink }) => ({
      deliver: async (entries, o) => {
        const receipt = await sink.deliver(entries, o);
        return {
          ...receipt,
          clock: new Date(Date.parse(receipt.clock ?? '') - 2000).toISOString(),
        };
      },
    }),
    { base: 'none' },
  ),
  mutant('clock-platform', 'shows the machine’s clock', ({ sink }) => {
    const now = () => new Date().toISOString();
    return {
      check: async (names, o) => ({ ...(await sink.check(names, o)), clock: now() }),
      deliver: async (entries, o) => ({ ...(await sink.deliver(entries, o)), clock: now() }),
    };
  }),
  mutant('near', 'shows a value', ({ sink }) => ({
    neighbours: async (query, o) =>
      ((await sink.neighbours?.(query, o)) ?? []).map((one) => ({
        ...one,
        scope: `with ${Buffer.from(sink.values.get(one.name) ?? '').toString('hex')}`,
      })),
  })),
  mutant('near', 'lists the rotation’s own names', ({ sink }) => ({
    neighbours: async (query, o) => [
      ...((await sink.neighbours?.(query, o)) ?? []),
      ...query.names.map((name) => ({ name })),
    ],
  })),
  mutant('near', 'lists nothing', () => ({ neighbours: async () => [] }), { base: 'stamp' }),
  mutant('near-shows', 'takes every name for one that shows the token', ({ sink }) => ({
    neighbours: async (query, o) =>
      ((await sink.neighbours?.(query, o)) ?? []).map((one) => ({
        ...one,
        ...(query.token !== undefined && { shows: 'maybe' as const }),
      })),
  })),
  mutant('near-shows', 'does not look at what is joined', ({ sink }) => ({
    neighbours: async (query, o) =>
      ((await sink.neighbours?.(query, o)) ?? []).map(({ shows, ...one }) => ({
        ...one,
        ...(sink.values.get(one.name) === query.token && shows !== undefined && { shows }),
      })),
  })),
];
