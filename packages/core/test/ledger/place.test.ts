import { describe, expect, it } from 'vitest';

import type { Layout } from '../../src/index.ts';
import { identityOf, isSameIssuer, placeOf } from '../../src/unstable.ts';
import { covers, difference, isSamePlace, isSameThing, overlap } from '../../src/ledger/place.ts';
import { layout, place } from './events.ts';

const pair = (names: Record<string, string | readonly string[]>): Layout => ({
  kind: 'pair',
  names,
});
const one = { server: 'https://one.test' };
const two = { server: 'https://two.test' };

describe('the place of a sink', () => {
  it('has what is known of it', () => {
    expect(placeOf({ id: 'a', limits: {} }, layout)).toStrictEqual({ target: 'a', layout });
    expect(placeOf({ id: 'a', ...one, limits: {} }, layout, '1')).toEqual(
      place('a', { ...one, thing: '1' }),
    );
  });

  it.each<[Layout, Layout]>([
    [pair({ id: 'Id', token: ['One', 'two'] }), pair({ id: ['ID'], token: ['ONE', 'TWO'] })],
    [
      { kind: 'joined', name: 'Both' },
      { kind: 'joined', name: 'BOTH' },
    ],
    [
      { kind: 'file', name: 'Blob', names: { id: 'Id' } },
      { kind: 'file', name: 'BLOB', names: { id: 'Id' } },
    ],
    [
      { kind: 'slots', names: { id: 'Id' }, slot: 'Live' },
      { kind: 'slots', names: { id: ['ID'] }, slot: 'LIVE' },
    ],
  ])('has the names as the platform keeps them: %j', (written, kept) => {
    const limits = { ignoresCase: true };
    expect(placeOf({ id: 'a', limits }, written).layout).toEqual(kept);
    expect(placeOf({ id: 'a', limits: {} }, written).layout).toEqual(written);
  });
});

describe('an issuer', () => {
  it('is known by its id and its server', () => {
    expect(identityOf({ id: 'i' })).toStrictEqual({ id: 'i' });
    expect(identityOf({ id: 'i', ...one })).toEqual({ id: 'i', ...one });
  });

  it.each([
    ['the same one', true, { id: 'i', ...one }, { id: 'i', ...one }],
    ['the same as one of which less is known', true, { id: 'i' }, { id: 'i', ...one }],
    ['the same as one of which more is known', true, { id: 'i', ...one }, { id: 'i' }],
    ['another one on another server', false, { id: 'i', ...one }, { id: 'i', ...two }],
    ['another one with another id', false, { id: 'i', ...one }, { id: 'j', ...one }],
  ])('is %s', (_, same, first, second) => {
    expect(isSameIssuer(first, second)).toBe(same);
  });
});

describe('a thing', () => {
  it.each([
    ['by one target is one', true, place('a'), place('a')],
    ['by two targets is two', false, place('a'), place('b')],
    [
      'with one id is one, whatever its target',
      true,
      place('a', { thing: '1' }),
      place('b', { thing: '1' }),
    ],
    ['with two ids is two', false, place('a', { thing: '1' }), place('a', { thing: '2' })],
    [
      'with an id that is known once goes by its target',
      true,
      place('a', { thing: '1' }),
      place('a'),
    ],
    [
      'with an id that is known now goes by its target',
      true,
      place('a'),
      place('a', { thing: '1' }),
    ],
    ['goes by its target then, too', false, place('a'), place('b', { thing: '1' })],
    [
      'on two servers is two',
      false,
      place('a', { thing: '1', ...one }),
      place('a', { thing: '1', ...two }),
    ],
    ['on a server that is known once is one', true, place('a', one), place('a')],
  ])('%s', (_, same, first, second) => {
    expect(isSameThing(first, second)).toBe(same);
    expect(isSamePlace(first, second)).toBe(same);
  });
});

describe('two layouts at one thing', () => {
  const at = (written: Layout) => place('a', { layout: written });
  const ab = pair({ id: 'A', token: 'B' });

  it.each<[string, boolean, Layout, Layout]>([
    ['in another order are one place', true, ab, pair({ token: 'B', id: 'A' })],
    ['of which one lists its names are one', true, ab, pair({ id: ['A'], token: 'B' })],
    ['of other names are two', false, ab, pair({ id: 'A', token: 'C' })],
    ['of other fields are two', false, ab, pair({ id: 'B', token: 'A' })],
    [
      'of another kind are two',
      false,
      ab,
      { kind: 'slots', names: { id: 'A', token: 'B' }, slot: '' },
    ],
    [
      'with another name are two',
      false,
      { kind: 'joined', name: 'A' },
      { kind: 'joined', name: 'B' },
    ],
    [
      'with another variable are two',
      false,
      { kind: 'slots', names: { id: 'A' }, slot: 'S' },
      { kind: 'slots', names: { id: 'A' }, slot: 'T' },
    ],
  ])('%s', (_, same, first, second) => {
    expect(isSamePlace(at(first), at(second))).toBe(same);
  });

  it.each<[string, boolean, boolean, Layout]>([
    ['is overwritten by the same', true, true, ab],
    ['is overwritten by more', true, true, pair({ id: ['A', 'C'], token: 'B' })],
    ['is overwritten in part', false, true, pair({ id: 'A', token: 'C' })],
    ['is left as it is by others', false, false, pair({ id: 'C', token: 'D' })],
  ])('what is there %s', (_, covered, touched, written) => {
    expect([covers(at(written), at(ab)), overlap(at(written), at(ab))]).toEqual([covered, touched]);
    const elsewhere = place('b', { layout: written });
    expect([covers(elsewhere, at(ab)), overlap(elsewhere, at(ab))]).toEqual([false, false]);
  });
});

describe('what a place was called before says in what it differs', () => {
  it.each([
    ['https://one.test', place('a', one), place('a', two)],
    ['1', place('a', { thing: '1' }), place('a', { thing: '2' })],
    ['a', place('a'), place('b')],
    ['pair=ID+TOKEN', place('a'), place('a', { layout: pair({ id: 'X' }) })],
    [
      'slots=ID_A+ID_B+S',
      place('a', { layout: { kind: 'slots', names: { id: 'ID' }, slot: 'S' } }),
      place('a'),
    ],
  ])('%s', (text, old, now) => {
    expect(difference(old, now)).toBe(text);
  });
});
