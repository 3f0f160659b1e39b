import { describe, expect, it } from 'vitest';

import { chain, EMPTY, type RotationEvent } from '../../src/ledger/index.ts';
import {
  applyRecords,
  emptyState,
  holdersByToken,
  type RotationState,
} from '../../src/unstable.ts';

const ref = (id: string) => ({ id, label: `label-${id}`, issuedAt: '2026-01-01T00:00:00.000Z' });
const receipt = { at: '2026-11-24T00:00:00.000Z' };

/** Applies events a minute apart, from midnight on. */
function after(
  events: readonly RotationEvent[],
  state: RotationState = emptyState,
  minute = 0,
): RotationState {
  return events.reduce(
    (current, event, i) =>
      applyRecords(
        current,
        chain(EMPTY, [event], new Date(Date.UTC(2026, 10, 24, 0, minute + i)).toISOString()),
      ),
    state,
  );
}

const opened: RotationEvent = {
  type: 'opened',
  rotation: 'r',
  summary: { tokens: [], sinks: [], attempts: [] },
};
const adopted: RotationEvent = {
  type: 'adopted',
  token: ref('old'),
  sinks: ['a', 'b'],
  permissions: ['read'],
};
const verified = (id: string): RotationEvent[] => [
  { type: 'started', label: `label-${id}`, reason: 'age' },
  { type: 'issued', label: `label-${id}`, token: ref(id) },
  { type: 'granted', token: id, permissions: ['read'] },
  { type: 'verified', token: id },
];
const write = (token: string, sink: string): RotationEvent[] => [
  { type: 'sending', token, sink },
  { type: 'delivered', token, sink, receipt },
];
const holders = (state: RotationState, token: string): readonly string[] =>
  holdersByToken(state).get(token) ?? [];

describe('what the ledger amounts to', () => {
  it('lets every sink hold the token that was adopted', () => {
    expect(holders(after([opened, adopted]), 'old')).toEqual(['a', 'b']);
  });

  it('lets a sink hold a token from the moment it is about to be sent', () => {
    const state = after([
      opened,
      adopted,
      ...verified('new'),
      { type: 'sending', token: 'new', sink: 'a' },
    ]);
    expect(holders(state, 'new')).toEqual(['a']);
    expect(holders(state, 'old')).toEqual(['a', 'b']);
  });

  it('keeps the old token held by a sink whose write failed', () => {
    const state = after([
      opened,
      adopted,
      ...verified('new'),
      ...write('new', 'a'),
      { type: 'sending', token: 'new', sink: 'b' },
      { type: 'undelivered', token: 'new', sink: 'b', effect: 'none', code: 'AUTH_DENIED' },
    ]);
    expect(holders(state, 'old')).toEqual(['b']);
    expect(holders(state, 'new')).toEqual(['a']);
  });

  it('keeps both tokens held where the answer was lost', () => {
    const state = after([
      opened,
      adopted,
      ...verified('new'),
      { type: 'sending', token: 'new', sink: 'b' },
      { type: 'undelivered', token: 'new', sink: 'b', effect: 'unknown', code: 'TIMED_OUT' },
    ]);
    expect([holders(state, 'old'), holders(state, 'new')]).toEqual([['a', 'b'], ['b']]);
  });

  it('keeps a superseded token held after a newer write, while its own may still land', () => {
    const first = after([
      opened,
      adopted,
      ...verified('one'),
      { type: 'sending', token: 'one', sink: 'a' },
      { type: 'lost', label: 'label-one', reason: 'crash' },
    ]);
    const state = after(
      [
        {
          type: 'opened',
          rotation: 'r',
          summary: {
            current: 'old',
            tokens: [...first.tokens.values()],
            sinks: [...first.sinks.values()],
            attempts: [],
          },
        },
        ...verified('two'),
        ...write('two', 'a'),
        ...write('two', 'b'),
      ],
      first,
      10,
    );
    expect(holders(state, 'one')).toEqual(['a']);
    expect(
      holders(after([{ type: 'settled', sink: 'a', token: 'two' }], state, 30), 'one'),
    ).toEqual([]);
  });

  it('dates the release of a token at the last sink that gave it up', () => {
    const state = after([
      opened,
      adopted,
      ...verified('new'),
      ...write('new', 'a'),
      ...write('new', 'b'),
      { type: 'completed', token: 'new' },
    ]);
    expect(state.tokens.get('old')).toMatchObject({
      retired: true,
      releasedAt: '2026-11-24T00:09:00.000Z',
    });
    expect(state).toMatchObject({ current: 'new', phase: 'grace', permissions: ['read'] });
  });

  it.each([
    [
      'one that a sink may hold',
      [
        ...verified('new'),
        ...write('new', 'a'),
        { type: 'sending', token: 'new', sink: 'b' },
        { type: 'revoking', token: 'old' },
      ],
    ],
    ['the current one', [{ type: 'revoking', token: 'old' }]],
    ['one that is not known', [{ type: 'revoking', token: 'other' }]],
  ] as [string, RotationEvent[]][])('cannot hold the revocation of %s', (_, events) => {
    expect(() => after([opened, adopted, ...events])).toThrow(
      expect.objectContaining({ code: 'TRANSITION_INVALID' }),
    );
  });

  it('cannot hold the delivery of a token that is retired', () => {
    const state = after([
      opened,
      adopted,
      ...verified('new'),
      ...write('new', 'a'),
      ...write('new', 'b'),
      { type: 'completed', token: 'new' },
    ]);
    expect(() => after([{ type: 'sending', token: 'old', sink: 'a' }], state, 20)).toThrow(
      expect.objectContaining({ code: 'TRANSITION_INVALID' }),
    );
  });

  it('keeps an attempt open until it is found or shown to be absent', () => {
    const lost = after([
      opened,
      { type: 'started', label: 'l', reason: 'first' },
      { type: 'lost', label: 'l', reason: 'crash' },
    ]);
    expect(lost.attempts).toHaveLength(1);
    expect(after([{ type: 'absent', label: 'l' }], lost, 5).attempts).toEqual([]);
    const found = after([{ type: 'found', label: 'l', token: ref('orphan') }], lost, 5);
    expect(found.attempts).toEqual([]);
    expect(found.tokens.get('orphan')).toMatchObject({ retired: true, exposed: false });
  });

  it('counts the settle time from when a request can have been sent at the latest', () => {
    const sent = after([
      opened,
      adopted,
      ...verified('one'),
      { type: 'sending', token: 'one', sink: 'a' },
    ]);
    const at = (state: RotationState) => state.sinks.get('a')?.unanswered.map((entry) => entry.at);
    expect(at(sent)).toEqual(['2026-11-24T00:06:00.000Z']);
    const failed: RotationEvent = {
      type: 'undelivered',
      token: 'one',
      sink: 'a',
      effect: 'unknown',
      code: 'TIMED_OUT',
    };
    expect(at(after([failed], sent, 20))).toEqual(['2026-11-24T00:20:00.000Z']);
    expect(at(after([{ type: 'lost', label: 'label-one', reason: 'crash' }], sent, 30))).toEqual([
      '2026-11-24T00:30:00.000Z',
    ]);
    const asked = after([opened, { type: 'started', label: 'l', reason: 'first' }]);
    expect(after([{ type: 'lost', label: 'l', reason: 'crash' }], asked, 40).attempts).toEqual([
      { label: 'l', at: '2026-11-24T00:40:00.000Z' },
    ]);
  });

  it('does not change the state that it starts from', () => {
    const state = after([opened, adopted]);
    const before = structuredClone({
      ...state,
      tokens: [...state.tokens],
      sinks: [...state.sinks],
    });
    after([...verified('new'), ...write('new', 'a')], state, 5);
    expect({ ...state, tokens: [...state.tokens], sinks: [...state.sinks] }).toEqual(before);
  });
});
