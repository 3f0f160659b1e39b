import { describe, expect, it } from 'vitest';

import { reveal, Secret, type Credential, type Layout } from '../src/index.ts';
import { layoutEntries, layoutNames, storedNames } from '../src/unstable.ts';

const credential: Credential = {
  token: { id: 'abc', label: 'x', issuedAt: '2026-01-01T00:00:00.000Z' },
  fields: { id: 'abc', token: new Secret('s3cret'), pair: new Secret('abc:s3cret') },
};
const names = { id: 'ID', token: 'TOKEN' };

describe('layouts', () => {
  it.each<[Layout, Record<string, string>]>([
    [
      { kind: 'pair', names },
      { ID: 'abc', TOKEN: 's3cret' },
    ],
    [{ kind: 'joined', name: 'BOTH' }, { BOTH: 'abc:s3cret' }],
    [{ kind: 'file', name: 'ENV', names }, { ENV: 'ID=abc\nTOKEN=s3cret\n' }],
    [
      { kind: 'slots', names, slot: 'SLOT' },
      { ID: 'abc', TOKEN: 's3cret' },
    ],
  ])('%j', (layout, expected) => {
    const entries = layoutEntries(layout, credential);
    expect(Object.fromEntries(entries.map(({ name, value }) => [name, reveal(value)]))).toEqual(
      expected,
    );
    expect(layoutNames(layout)).toEqual(Object.keys(expected));
  });

  it('take every name that they write', () => {
    expect(storedNames({ kind: 'pair', names })).toEqual(['ID', 'TOKEN']);
    expect(storedNames({ kind: 'slots', names, slot: 'SLOT' })).toEqual([
      'ID_A',
      'ID_B',
      'TOKEN_A',
      'TOKEN_B',
      'SLOT',
    ]);
  });

  it('keep what is secret in a Secret', () => {
    const blob = layoutEntries({ kind: 'file', name: 'ENV', names }, credential);
    expect(JSON.stringify(blob)).not.toContain('s3cret');
  });

  it('name the field that a credential does not have', () => {
    expect(() => layoutEntries({ kind: 'pair', names: { user: 'USER' } }, credential)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining('id, token, pair'),
      }),
    );
  });
});
