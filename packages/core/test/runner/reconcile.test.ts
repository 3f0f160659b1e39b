import { describe, expect, it } from 'vitest';

import type { Layout } from '../../src/index.ts';
import type { IssuerIdentity, RotationEvent, SinkPlace } from '../../src/ledger/index.ts';
import {
  asConfigured,
  emptyState,
  type RotationState,
  type SinkRecord,
} from '../../src/unstable.ts';
import { reconcile } from '../../src/runner/run/reconcile.ts';

const layout: Layout = { kind: 'pair', names: { id: 'ID', token: 'TOKEN' } };
const others: Layout = { kind: 'pair', names: { id: 'X', token: 'Y' } };
const issuer: IssuerIdentity = { id: 'issuer' };

const place = (target: string, changes: Partial<SinkPlace> = {}): SinkPlace => ({
  target,
  layout,
  ...changes,
});
const sink = (id: string, at?: SinkPlace): SinkRecord => ({
  id,
  base: ['t'],
  unanswered: [],
  ...(at !== undefined && { place: at }),
});
const known = (
  sinks: readonly SinkRecord[],
  of: IssuerIdentity | undefined = issuer,
): RotationState => ({
  ...emptyState,
  rotation: 'r',
  issuer: of,
  sinks: new Map(sinks.map((one) => [one.id, one])),
});
/** What is recorded if the configuration means these places by their targets. */
const changes = (state: RotationState, ...places: readonly SinkPlace[]): RotationEvent[] =>
  reconcile(state, issuer, new Map(places.map((one) => [one.target, one])));
const identified = (...places: readonly SinkPlace[]): RotationEvent => ({
  type: 'identified',
  issuer,
  places: Object.fromEntries(places.map((one) => [one.target, one])),
});

describe('a configuration that means what the ledger knows', () => {
  it.each<[string, RotationState, SinkPlace[]]>([
    ['the same place', known([sink('a', place('a'))]), [place('a')]],
    ['a sink that is new', known([]), [place('a')]],
    [
      'less than the ledger knows',
      known([sink('a', place('a', { server: 's', thing: '1' }))]),
      [place('a')],
    ],
    ['an empty ledger', emptyState, [place('a')]],
  ])('records nothing: %s', (_, state, places) => {
    expect(changes(state, ...places)).toEqual([]);
  });

  it.each<[string, SinkPlace | undefined, SinkPlace]>([
    ['nothing', undefined, place('a')],
    ['no server', place('a'), place('a', { server: 's' })],
    ['no thing', place('a'), place('a', { thing: '1' })],
  ])('records the place of a ledger that knows %s of it', (_, before, now) => {
    const state = known([sink('a', before), sink('b', place('b'))]);
    expect(changes(state, now, place('b'), place('c'))).toEqual([identified(now)]);
  });

  it.each<[string, IssuerIdentity | undefined, IssuerIdentity, boolean]>([
    ['no issuer', undefined, issuer, true],
    ['another issuer', { id: 'other' }, issuer, true],
    ['no server', issuer, { id: 'issuer', server: 's' }, true],
    ['the server', { id: 'issuer', server: 's' }, { id: 'issuer', server: 's' }, false],
    ['more than is configured', { id: 'issuer', server: 's' }, issuer, false],
  ])('records whose tokens they are if the ledger knows %s', (_, before, now, isTold) => {
    const { issuer: __, ...state } = known([]);
    const events = reconcile({ ...state, ...(before && { issuer: before }) }, now, new Map());
    expect(events).toEqual(isTold ? [{ type: 'identified', issuer: now, places: {} }] : []);
  });
});

describe('a target that means another place', () => {
  it.each<[string, SinkPlace, SinkPlace, string]>([
    ['under other names', place('a'), place('a', { layout: others }), 'a#pair=ID+TOKEN'],
    ['on another server', place('a', { server: 's' }), place('a', { server: 't' }), 'a#s'],
    ['that was replaced', place('a', { thing: '1' }), place('a', { thing: '2' }), 'a#1'],
  ])('%s leaves the old one with a key of its own', (_, before, now, to) => {
    const state = known([sink('a', before)]);
    expect(changes(state, now)).toEqual([{ type: 'moved', sink: 'a', to }]);
  });

  it('says so if writes to the old one may land there', () => {
    const now = place('a', { layout: { kind: 'pair', names: { id: 'X', token: 'TOKEN' } } });
    expect(changes(known([sink('a', place('a'))]), now)).toEqual([
      { type: 'moved', sink: 'a', to: 'a#pair=ID+TOKEN', overlaps: true },
    ]);
  });

  it('is the old one with more names', () => {
    const now = place('a', {
      layout: { kind: 'pair', names: { id: ['ID', 'X'], token: 'TOKEN' } },
    });
    expect(changes(known([sink('a', place('a'))]), now)).toEqual([
      { type: 'outdated', sink: 'a', place: now },
    ]);
  });

  it('finds a free key again and again', () => {
    const left = ['a#1', 'a#1#2'].map((id) => sink(id, place('a', { thing: '1' })));
    const state = known([sink('a', place('a', { thing: '1' })), ...left]);
    expect(changes(state, place('a', { thing: '2' }))).toEqual([
      { type: 'moved', sink: 'a', to: 'a#1#3' },
    ]);
    const two = known([
      sink('a', place('a', { thing: '1' })),
      sink('a#1', place('a', { thing: '1' })),
    ]);
    expect(changes(two, place('a', { thing: '2' }))).toMatchObject([{ to: 'a#1#2' }]);
  });
});

describe('a place that is known by another name', () => {
  it('is the same sink', () => {
    const state = known([
      sink('other', place('other', { thing: '2' })),
      sink('b', place('b', { thing: '1' })),
    ]);
    const now = place('a', { thing: '1' });
    expect(changes(state, now)).toEqual([{ type: 'moved', sink: 'b', to: 'a' }, identified(now)]);
  });

  it('comes back from where it went', () => {
    const state = known([
      sink('a', place('a', { layout: others })),
      sink('a#pair=ID+TOKEN', place('a')),
    ]);
    expect(changes(state, place('a'))).toEqual([
      { type: 'moved', sink: 'a', to: 'a#pair=X+Y' },
      { type: 'moved', sink: 'a#pair=ID+TOKEN', to: 'a' },
    ]);
  });

  it('is that of another target now, in whose place something else came', () => {
    const now = place('b', { thing: '1' });
    const state = known([sink('a', place('a', { thing: '1' }))]);
    expect(changes(state, place('a', { thing: '2' }), now)).toEqual([
      { type: 'moved', sink: 'a', to: 'a#1' },
      { type: 'moved', sink: 'a#1', to: 'b' },
      identified(now),
    ]);
  });

  it('is another sink as long as that is configured too', () => {
    const state = known([sink('b', place('b', { thing: '1' }))]);
    expect(changes(state, place('a', { thing: '1' }), place('b', { thing: '1' }))).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ['a?environment=Prod', 'a?environment=prod', true],
    ['a?environment=Prod', 'a?environment=test', false],
    ['A?environment=Prod', 'a?environment=prod', false],
    ['a', 'a?environment=prod', false],
    ['a?environment=prod', 'b?environment=prod', false],
    ['A', 'a', false],
  ])('in a ledger without places: %s and %s', (before, target, isSame) => {
    const now = place(target);
    expect(changes(known([sink(before)]), now)).toEqual(
      isSame ? [{ type: 'moved', sink: before, to: target }, identified(now)] : [],
    );
  });

  it('is not one whose place is known and another', () => {
    const state = known([sink('a?e=X', place('a?e=X', { layout: others }))]);
    expect(changes(state, place('a?e=x'))).toEqual([]);
  });
});

it('who only reads the ledger sees what the configuration means', () => {
  const state = known([sink('a', place('a'))]);
  const limits = { ignoresCase: false };
  const now = asConfigured(state, { id: 'issuer' }, [{ id: 'a', limits }], { layout: others });
  expect([...now.sinks.keys()]).toEqual(['a#pair=ID+TOKEN']);
  const upper: Layout = { kind: 'pair', names: { id: 'id', token: 'Token' } };
  const same = asConfigured(state, issuer, [{ id: 'a', limits: { ignoresCase: true } }], {
    layout: upper,
  });
  expect([...same.sinks.keys()]).toEqual(['a']);
  expect(state.sinks.get('a')).toEqual(sink('a', place('a')));
});

describe('a place that the ledger knows', () => {
  const moves = (state: RotationState, ...places: readonly SinkPlace[]): RotationEvent[] =>
    changes(state, ...places).filter(({ type }) => type === 'moved');

  it('under new names that cover the old ones is recorded once', () => {
    const both: Layout = { kind: 'pair', names: { id: ['ID', 'X'], token: ['TOKEN', 'Y'] } };
    const now = place('a', { layout: both, thing: '1', server: 's' });
    expect(changes(known([sink('a', place('a'))]), now)).toEqual([
      { type: 'outdated', sink: 'a', place: now },
    ]);
  });

  it('is not moved to a target that has it already, nor to two', () => {
    const old = sink('old', place('a'));
    expect(moves(known([sink('a', place('a')), old]), place('a'))).toEqual([]);
    const one = known([sink('old', place('old', { thing: '1' }))]);
    const twice = [place('x', { thing: '1' }), place('y', { thing: '1' })];
    expect(moves(one, ...twice)).toEqual([{ type: 'moved', sink: 'old', to: 'x' }]);
  });

  it('is found whichever of the two spellings has capitals', () => {
    for (const [old, now] of [
      ['a?environment=Prod', 'a?environment=prod'],
      ['a?environment=prod', 'a?environment=Prod'],
    ] as const)
      expect(moves(known([sink(old)]), place(now))).toEqual([
        { type: 'moved', sink: old, to: now },
      ]);
  });
});
