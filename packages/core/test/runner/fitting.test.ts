import { describe, expect, it } from 'vitest';

import type { Layout } from '../../src/index.ts';
import { proposal } from '../../src/runner/run/fitting.ts';

const pair = (id: string | string[], token: string | string[]): Layout => ({
  kind: 'pair',
  names: { id, token },
});
const layout = pair('ID', 'TOKEN');
const joined: Layout = { kind: 'joined', name: 'BOTH' };
const file: Layout = { kind: 'file', name: 'BLOB', names: { id: 'F_ID', token: 'F_TOKEN' } };
const unfitting =
  'Set names in the configuration to the names that jobs read (existing names: THERE), or create the missing ones.';

describe('what to write in the configuration', () => {
  it.each<[string, Layout, readonly Layout[], readonly string[], string]>([
    [
      'is a spelling that is there',
      layout,
      [pair('A', 'B'), pair('C', 'D')],
      ['C', 'D', 'TOKEN'],
      'Set names: { id: C, token: D } in the configuration.',
    ],
    [
      'is one with several names for a field',
      layout,
      [pair('A', ['B', 'C'])],
      ['A', 'B', 'C'],
      'Set names: { id: A, token: [B, C] } in the configuration.',
    ],
    [
      'is one of another kind',
      layout,
      [joined],
      ['BOTH'],
      'Set layout: joined, names: { joined: BOTH } in the configuration.',
    ],
    [
      'is put together of several',
      layout,
      [joined, file, pair('A', 'B')],
      ['A', 'TOKEN'],
      'Set names: { id: A, token: TOKEN } in the configuration.',
    ],
    [
      'has the first name of a list that is there',
      pair(['X', 'ID'], 'TOKEN'),
      [pair('A', 'B')],
      ['ID', 'B'],
      'Set names: { id: ID, token: B } in the configuration.',
    ],
    [
      'is put together of pairs alone',
      layout,
      [file],
      ['F_ID', 'F_TOKEN', 'TOKEN'],
      unfitting.replace('THERE', 'F_ID, F_TOKEN, TOKEN'),
    ],
    [
      'is put together for pairs alone',
      joined,
      [pair('A', 'B'), pair('C', 'D')],
      ['A', 'D'],
      unfitting.replace('THERE', 'A, D'),
    ],
    [
      'has every field, whatever another issuer calls its own',
      layout,
      [{ kind: 'pair', names: { key: 'K', token: 'B' } }],
      ['K', 'TOKEN'],
      unfitting.replace('THERE', 'K, TOKEN'),
    ],
    ['is not known if nothing is there', layout, [], [], unfitting.replace('THERE', 'none')],
  ])('%s', (_, configured, spellings, there, text) => {
    expect(proposal({ layout: configured, spellings }, there)).toBe(text);
  });

  it('names ten at most, and needs no spellings', () => {
    const there = Array.from({ length: 12 }, (_, i) => `N${i}`);
    expect(proposal({ layout }, there)).toBe(
      unfitting.replace('THERE', there.slice(0, 10).join(', ')),
    );
  });
});
