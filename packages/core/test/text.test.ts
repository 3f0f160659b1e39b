import { describe, expect, it } from 'vitest';

import { KeyturnError, nearest, parseDuration, printable } from '../src/index.ts';
import { formatDuration } from '../src/unstable.ts';

describe('printable', () => {
  it('escapes what could steer a terminal or hide text', () => {
    expect(printable('a\u001B[31mb\r\nc\u202Ed')).toBe('a\\u001b[31mb\\u000d\\u000ac\\u202ed');
  });

  it('cuts what is too long', () => {
    expect(printable('x'.repeat(100_000))).toHaveLength(501);
  });

  it('is applied to every error, since its message may hold text from outside', () => {
    const error = new KeyturnError('REMOTE_REJECTED', 'answered \u001B[2J', { hint: 'try\u0007' });
    expect([error.message, error.hint]).toEqual(['answered \\u001b[2J', 'try\\u0007']);
  });
});

describe('nearest', () => {
  it.each([
    ['githib', 'github'],
    ['GITHUB', 'github'],
    ['maxAgee', 'maxAge'],
    ['gtihub', 'github'],
  ])('finds what %s was meant to be', (word, meant) => {
    expect(nearest(word, ['gitlab', 'github', 'circleci', 'maxAge'])).toBe(meant);
  });

  it('does not guess where nothing is near', () => {
    expect(nearest('vercel', ['github', 'gitlab'])).toBeUndefined();
  });
});

describe('durations', () => {
  it.each([
    ['0', 0],
    ['90d', 7_776_000_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['2w', 1_209_600_000],
    [0, 0],
    [1500, 1500],
    [0.6, 1],
  ])('reads %s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '90',
    'd',
    '-1d',
    '1 d',
    '1y',
    '1d ',
    'Infinityd',
    '1e9d',
    '99999999d',
    '1d'.repeat(50),
    -1,
    Number.NaN,
    Infinity,
    4e12,
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it.each([
    [0, '0s'],
    [59_999, '1m'],
    [7_776_000_000 + 3_600_000 + 1000, '90d 1h'],
  ])('writes %d ms for people', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
