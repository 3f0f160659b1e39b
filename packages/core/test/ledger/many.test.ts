import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import { seededRandom } from '../../src/testing/index.ts';
import type { RotationState, SinkRecord } from '../../src/unstable.ts';
import { after, begun, place, receipt, sending } from './events.ts';

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const others: readonly SinkRecord[] = Array.from({ length: 520 }, (_, n) => ({
  id: `other-${n}`,
  place: place(`other-${n}`),
  base: ['old'],
  unanswered: [],
}));
const amongOthers: RotationState = {
  ...begun,
  sinks: new Map([...others.map((sink) => [sink.id, sink] as const), ...begun.sinks]),
};

/** Events about a few sinks, some of which are the same thing. */
function history(seed: number): readonly RotationEvent[] {
  const random = seededRandom(seed);
  const one = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const events: RotationEvent[] = [];
  const known = new Set(['a', 'b']);
  while (events.length < 40) {
    const [sink, to] = [one(ids), one(ids)];
    const where = place(`target-${one(ids)}`, random() < 0.5 ? { thing: one(['1', '2']) } : {});
    const roll = random();
    if (roll < 0.5) {
      const told = random() < 0.5 ? { place: where } : {};
      events.push(
        { type: 'sending', token: 'new', sink, ...told },
        random() < 0.7
          ? { type: 'delivered', token: 'new', sink, receipt }
          : { type: 'undelivered', token: 'new', sink, effect: 'unknown', code: 'TIMED_OUT' },
      );
      known.add(sink);
    } else if (roll < 0.6)
      events.push({ type: 'identified', issuer: { id: 'issuer' }, places: { [sink]: where } });
    else if (roll < 0.65 && known.has(sink)) events.push({ type: 'outdated', sink, place: where });
    else if (roll < 0.9 && known.has(sink) && !known.has(to)) {
      events.push({ type: 'moved', sink, to, overlaps: random() < 0.5 });
      known.add(to);
      known.delete(sink);
    } else if (known.has(sink)) events.push({ type: 'drifted', sink, holds: ['old'] });
  }
  return events;
}

const few = ({ sinks }: RotationState) => [...sinks].filter(([id]) => ids.includes(id));

describe('a ledger of many sinks', () => {
  it.each(Array.from({ length: 100 }, (_, seed) => seed))(
    'is folded as one of few (%i)',
    (seed) => {
      const events = history(seed);
      const alone = [begun];
      const states = [amongOthers];
      const together = [1, 4, 10, 40][seed % 4] ?? 1;
      for (let n = 0; n < events.length; n += together) {
        const some = events.slice(n, n + together);
        const before = alone.at(-1) ?? begun;
        alone.push(some.reduce((state, event, i) => after([event], state, 6 + n + i), before));
        states.push(after(some, states.at(-1), 6 + n));
      }
      const [oneByOne = begun, last = amongOthers] = [alone.at(-1), states.at(-1)];

      // Later folds leave the earlier ones as they were.
      expect(states.map(few)).toEqual(alone.map(few));
      expect(few(after(events, amongOthers, 6))).toEqual(few(oneByOne));
      expect([...last.tokens]).toEqual([...oneByOne.tokens]);
      expect([...last.sinks.keys()].slice(0, others.length)).toEqual(others.map(({ id }) => id));
      expect(last.sinks.size).toBe(others.length + oneByOne.sinks.size);
    },
  );

  it('is folded once, however many records there are', () => {
    const state = after(
      Array.from({ length: 200 }, () => sending('new', 'a')),
      begun,
      6,
    );
    expect(state.sinks.get('a')?.unanswered).toHaveLength(200);
  });

  it('lists changed, added and removed sinks as a map does', () => {
    const all: readonly RotationEvent[] = [
      ...others.flatMap(({ id }) => [
        sending('new', id),
        { type: 'delivered', token: 'new', sink: id, receipt } as const,
      ]),
      { type: 'forgotten', sink: 'other-5' },
      sending('new', 'z'),
    ];
    const { sinks } = all.reduce((state, event, n) => after([event], state, 6 + n), amongOthers);
    const rest = [...amongOthers.sinks.keys()].filter((id) => id !== 'other-5');
    expect([...sinks.keys()]).toEqual([...rest, 'z']);
    expect([...sinks.values()].map(({ id }) => id)).toEqual([...rest, 'z']);
    expect(sinks.get('other-5')).toBeUndefined();
    expect(sinks.has('other-6')).toBe(true);
    expect(sinks.get('other-519')).toMatchObject({ base: ['new'], receipt });
    const visited: string[] = [];
    sinks.forEach((sink, id, map) => visited.push(id, sink.id, String(map === sinks)));
    expect(visited.slice(0, 3)).toEqual(['other-0', 'other-0', 'true']);
    expect(visited).toHaveLength(3 * sinks.size);
    const seen: string[] = [];
    after([sending('new', 'other-7')], { ...amongOthers, sinks }, 9).sinks.forEach(({ id }) =>
      seen.push(id),
    );
    expect(seen).toEqual([...rest, 'z']);
    const handed = after([{ type: 'handed-over', to: 'b' }], { ...amongOthers, phase: 'idle' }, 9);
    expect([handed.sinks.size, [...handed.sinks]]).toEqual([0, []]);
  });
});
