import { describe, expect, it } from 'vitest';

import type { RotationEvent } from '../../src/ledger/index.ts';
import type { RotationState, SinkRecord } from '../../src/unstable.ts';
import {
  adopted,
  after,
  begun,
  completed,
  minute,
  opened,
  place,
  ref,
  sending,
  verified,
  write,
} from './events.ts';

const a = (state: RotationState): SinkRecord | undefined => state.sinks.get('a');
const on = (events: readonly RotationEvent[], state = begun, from = 6) =>
  after(events, state, from);

describe('places', () => {
  const identified: RotationEvent = {
    type: 'identified',
    issuer: { id: 'issuer', server: 'https://one.test' },
    places: { a: place('a', { thing: '1' }), c: place('c') },
  };

  it('are told of sinks that are known, and of no others', () => {
    const state = on([identified], completed, 20);
    expect(state.issuer).toEqual({ id: 'issuer', server: 'https://one.test' });
    expect(a(state)).toEqual({ ...a(completed), place: place('a', { thing: '1' }) });
    expect([...state.sinks.keys()]).toEqual(['a', 'b']);
    const more: RotationEvent = { ...identified, places: { a: place('A') } };
    expect(a(on([more], state, 21))?.place).toEqual(place('A', { thing: '1' }));
  });

  it('of which one has all names of the other let go of what that held', () => {
    const known = on([{ ...identified, places: { a: place('a'), b: place('a') } }]);
    const state = on(write('new', 'a'), known, 7);
    expect(a(state)?.base).toEqual(['new']);
    expect(state.sinks.get('b')).toMatchObject({ base: [], place: place('a') });
    expect(state.tokens.get('old')).toMatchObject({ releasedAt: minute(8) });
  });

  it('let go so in a chapter that begins with the same records', () => {
    const sinks = ['a', 'b'].map((id) => ({
      id,
      place: place('a'),
      base: ['old'],
      unanswered: [],
    }));
    const again: RotationEvent = {
      type: 'opened',
      rotation: 'r',
      summary: { tokens: [], sinks, attempts: [] },
    };
    const state = after([again, ...verified('new'), ...write('new', 'a')]);
    expect([...state.sinks.values()].map(({ base }) => base)).toEqual([['new'], []]);
  });

  it('let go so of a token that is named with the same records', () => {
    const named: RotationEvent = { ...adopted, sinks: ['b', 'c'], places: { c: place('a') } };
    const known = on([{ ...identified, places: { a: place('a'), b: place('a') } }]);
    const state = on([named, ...write('new', 'a')], known, 7);
    expect([...state.sinks.values()].map(({ base }) => base)).toEqual([['new'], [], []]);
  });

  it.each([
    ['is another one', { a: place('a'), b: place('b') }],
    ['is not known', { a: place('a') }],
    ['is known beside one that is not', { b: place('b') }],
  ])('of which the other %s keep what it holds', (_, places) => {
    const known = on([{ ...identified, places }]);
    expect(on(write('new', 'a'), known, 7).sinks.get('b')?.base).toEqual(['old']);
  });
});

describe('a sink that has another key from now on', () => {
  const moved = (overlaps?: boolean): RotationEvent => ({
    type: 'moved',
    sink: 'a',
    to: 'a#1',
    ...(overlaps !== undefined && { overlaps }),
  });
  const sent = on([sending('new', 'a')]);

  it('is the same sink', () => {
    const state = on([moved()], sent, 7);
    expect([...state.sinks.keys()]).toEqual(['b', 'a#1']);
    expect(state.sinks.get('a#1')).toEqual({ ...a(sent), id: 'a#1' });
  });

  it('leaves what is under way to the one with its key if their names overlap', () => {
    const state = on([moved(true)], sent, 7);
    expect(a(state)).toEqual({ id: 'a', base: [], unanswered: a(sent)?.unanswered });
    expect(state.sinks.get('a#1')?.base).toEqual(['old']);
    expect([...on([moved(true)], completed, 20).sinks.keys()]).toEqual(['b', 'a#1']);
  });

  it('is nothing if it is not known', () => {
    const state = after([opened, { ...adopted, token: ref('old'), sinks: ['b'] }, moved()]);
    expect([...state.sinks.keys()]).toEqual(['b']);
  });
});
