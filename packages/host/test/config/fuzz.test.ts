import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { checkConfig } from '../../src/config/check.ts';
import type { Config } from '../../src/config/config.ts';
import { parseText } from '../../src/config/document.ts';
import { EXAMPLE } from './example.ts';

const TOKENS = [
  '',
  ' ',
  '\n',
  '\t',
  '\0',
  '\u001b[2J',
  '\u202e',
  '\ud800',
  ':',
  ': ',
  '- ',
  '? ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '&a ',
  '*a',
  '<<: ',
  '!!set ',
  '!x ',
  '|\n',
  '>\n',
  '"',
  "'",
  '#',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '0',
  '-1',
  '1e999',
  '.nan',
  'null',
  '~',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '0x10',
  '2001-01-01',
  'sinks',
  'issuer',
  'rotations',
  '90d',
  'x'.repeat(300),
  '\\',
  '$schema: 1\n',
  'ci-github',
  '??',
  '@',
  '`',
];

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Cuts, doubles, moves and puts in pieces. */
function mutate(text: string, random: () => number): string {
  let result = text;
  const upTo = (limit: number): number => Math.floor(random() * limit);
  for (let times = 1 + upTo(4); times > 0; times--) {
    const start = upTo(result.length + 1);
    const end = start + upTo(random() < 0.5 ? 3 : 40);
    const piece = result.slice(start, end);
    const token = TOKENS[upTo(TOKENS.length)] ?? '';
    const put = [token, piece + piece, token + piece, ''][upTo(4)] ?? '';
    result = result.slice(0, start) + put + result.slice(end);
    if (random() < 0.1)
      result = result.slice(0, upTo(result.length)) + piece + result.slice(upTo(result.length));
  }
  return result;
}

/** The configuration or error that a text gives; anything else that is thrown is passed on, with the text. */
function outcomeOf(text: string): Config | KeyturnError {
  try {
    return checkConfig(parseText('f.yaml', text));
  } catch (error) {
    if (KeyturnError.is(error)) return error;
    throw new Error(`${JSON.stringify(text)} threw`, { cause: error });
  }
}

describe('any text', () => {
  it(
    'gives a configuration or CONFIG_INVALID with its place, in no time',
    { timeout: 120_000 },
    () => {
      const random = seeded(20_261_124);
      const texts = Array.from({ length: 10_000 }, () => mutate(EXAMPLE, random));
      const outcomes = texts.map(outcomeOf);
      const errors = outcomes.filter((outcome) => KeyturnError.is(outcome));
      const others = errors.filter(
        ({ code, effect, message }) =>
          code !== 'CONFIG_INVALID' ||
          effect !== 'none' ||
          !/^f\.yaml:[1-9]\d*:[1-9]\d*: /.test(message),
      );
      expect(others).toEqual([]);
      // Both ways out are taken often, or the generator is of no use.
      expect(errors.length).toBeGreaterThan(3000);
      expect(outcomes.length - errors.length).toBeGreaterThan(300);
    },
  );
});
