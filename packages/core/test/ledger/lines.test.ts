import { describe, expect, it } from 'vitest';

import {
  chain,
  EMPTY,
  follow,
  parseRecord,
  serialise,
  type LedgerRecord,
} from '../../src/ledger/index.ts';
import { minute, started } from './events.ts';

const [first, second] = chain(EMPTY, [started('a'), started('b')], minute(0), 'machine') as [
  LedgerRecord,
  LedgerRecord,
];
const wrong = (message: string): object =>
  expect.objectContaining({ code: 'STATE_CORRUPT', effect: 'none', message });

describe('a record', () => {
  it('says by whose clock it is dated, if that is known', () => {
    expect(first).toStrictEqual({
      seq: 1,
      prev: '',
      at: minute(0),
      by: 'machine',
      event: started('a'),
    });
    expect(chain(EMPTY, [started('a')], minute(0))).toStrictEqual([
      { seq: 1, prev: '', at: minute(0), event: started('a') },
    ]);
  });

  it.each([
    ['the number', { ...second, seq: 3 }],
    ['the hash', { ...second, prev: second.prev.replace(/^./, 'x') }],
  ])('with another %s does not follow', (_, record) => {
    const revision = follow(EMPTY, first, 'here');
    expect(follow(revision, second, 'here')).toMatch(/^2:/);
    expect(() => follow(revision, record, 'here')).toThrow(
      wrong('here: record 2 does not follow the previous record'),
    );
  });

  it.each<[string, object]>([
    ['a number that is text', { ...first, seq: '1' }],
    ['a number that is not whole', { ...first, seq: 1.5 }],
    ['a hash that is a number', { ...first, prev: 1 }],
    ['a time that is a number', { ...first, at: 1 }],
    ['a time that is none', { ...first, at: 'soon' }],
    ['a clock that is a number', { ...first, by: 1 }],
    ['an event that is text', { ...first, event: 'started' }],
    ['no event', { ...first, event: null }],
    ['an event without a type', { ...first, event: {} }],
  ])('with %s is none', (_, record) => {
    expect(() => parseRecord(JSON.stringify(record), 'here')).toThrow(
      wrong('here: the line is not a ledger record'),
    );
  });

  it.each(['1', '"text"', 'null', 'true'])('is no %s', (line) => {
    expect(() => parseRecord(line, 'here')).toThrow(wrong('here: the line is not a ledger record'));
  });

  it('is JSON', () => {
    expect(() => parseRecord('{', 'here')).toThrow(wrong('here: the line is not valid JSON'));
    expect(() => parseRecord(` ${serialise(first)}`, 'here')).toThrow(
      wrong('here: the line was altered after it was written'),
    );
  });

  it('of an unknown type is told with the beginning of that', () => {
    const record = { ...first, event: { type: 'x'.repeat(100) } };
    expect(() => parseRecord(JSON.stringify(record), 'here')).toThrow(
      wrong(`here: unknown event "${'x'.repeat(40)}"`),
    );
  });
});
