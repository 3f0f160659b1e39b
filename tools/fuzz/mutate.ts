import type { Random } from '../../packages/core/src/index.ts';

/** What parsers trip over. */
const PIECES = [
  '',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\0',
  '\u001B[2J\u001B[31m',
  '\u0085',
  '\u2028',
  '\u202E',
  '\uFEFF',
  '\uD800',
  '\uDC00',
  '💥',
  'İ',
  '..',
  '../',
  '%2F',
  '%2e%2e',
  '%',
  '%00',
  '%E0%A4%A',
  '/',
  '//',
  '\\',
  ':',
  '://',
  '?',
  '&',
  '=',
  '#',
  '@',
  '*',
  '**',
  '**/',
  '"',
  "'",
  '`',
  '$',
  '${x}',
  '$(x)',
  '\\n',
  '<<EOF\n',
  'export ',
  ',',
  ';',
  '{',
  '}',
  '[',
  ']',
  '- ',
  ': ',
  '&a ',
  '*a',
  '<<: ',
  '|\n',
  '---\n',
  'null',
  'true',
  '{}',
  '[]',
  '0',
  '-1',
  '1e999',
  '99999999999999999999',
  '0x10',
  'NaN',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '"__proto__":{"polluted":1},',
  '2026-11-24T09:00:00Z',
  '1h',
  'ms',
];

export interface Mutator {
  readonly random: Random;
  /** A number in [0, limit). */
  readonly upTo: (limit: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** A text that is somewhat like one of these. */
  readonly text: (corpus: readonly string[]) => string;
  /** Plain data that is somewhat like this. */
  readonly data: (value: unknown) => unknown;
}

export function mutator(random: Random): Mutator {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  const pick = <Item>(items: readonly Item[]): Item => items[upTo(items.length)] as Item;

  const piece = (): string => {
    if (random() < 0.8) return pick(PIECES);
    const letter = pick(PIECES) || 'a';
    return letter.repeat(1 + upTo(random() < 0.002 ? 20_000 : 40));
  };
  const text = (corpus: readonly string[]): string => {
    let result = pick(corpus);
    for (let times = 1 + upTo(5); times > 0; times--) {
      const start = upTo(result.length + 1);
      const end = start + upTo(random() < 0.5 ? 3 : 40);
      const old = result.slice(start, end);
      const put = pick([
        piece(),
        piece(),
        old + old,
        piece() + old,
        '',
        pick(corpus).slice(upTo(20)),
      ]);
      result = result.slice(0, start) + put + result.slice(end);
    }
    return random() < 0.0002 ? result.repeat(1 + upTo(100_000 / (result.length + 1))) : result;
  };

  const hostile = (): unknown =>
    pick<unknown>([null, true, 0, -1, 1e21, '', piece(), [], {}, [null], [[]], { length: 7 }]);
  const data = (value: unknown): unknown => {
    if (random() < 0.03) return hostile();
    if (typeof value === 'string') return random() < 0.05 ? text([value]) : value;
    if (Array.isArray(value)) {
      const items = value.map(data);
      return random() < 0.05 ? [...items, hostile(), ...items] : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value)
      .filter(() => random() > 0.03)
      .map(([key, inner]) => [random() < 0.02 ? piece() : key, data(inner)] as const);
    if (random() < 0.05) entries.push([pick(PIECES), hostile()]);
    return Object.fromEntries(entries);
  };
  return { random, upTo, pick, text, data };
}
