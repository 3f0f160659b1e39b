import { describe, expect, it } from 'vitest';

import { keysOf, numberOfEntry } from '../src/keys.ts';
import { decodeName, encodeName } from '../src/names.ts';

const LONG = 'x'.repeat(500);

describe('the part of a key for a rotation', () => {
  it.each([
    ['ci-github', 'ci-github'],
    ['ci_github', 'ci_5fgithub'],
    ['acme/web', 'acme_2fweb'],
    ['..', '_2e.'],
    ['.', '_2e'],
    ['-x', '_2dx'],
    ['Case', '_43ase'],
    ['é🔑', '_c3_a9_f0_9f_94_91'],
    ['\u{d800}', '_ud800'],
    ['per%2F', 'per_252_46'],
    ['', '_'],
    ['a b+c', 'a_20b_2bc'],
  ])('%j is %s', (rotation, encoded) => {
    expect(encodeName(rotation)).toBe(encoded);
    expect(decodeName(encoded)).toBe(rotation);
  });

  it('is short, and different for different names', () => {
    const names = [LONG, `${LONG}y`, `${LONG}Y`, 'é'.repeat(300), `${'é'.repeat(300)}a`];
    const parts = names.map(encodeName);
    expect(new Set(parts).size).toBe(names.length);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(180);
      expect(part).toMatch(/^[a-z0-9._-]+$/);
      expect(decodeName(part)).toBeUndefined();
    }
  });

  it.each(['Case', 'a/b', '_zz', '_4', 'a_41_', '__', '_41_2'])('%s is of no rotation', (part) => {
    expect(decodeName(part)).toBeUndefined();
  });

  it('needs no encoding in a URL, with everything around it', () => {
    const keys = keysOf('a/b');
    const all = [keys.lock('é/ü'), keys.claim(LONG, '../a'), keys.entry('A', 7), keys.marker];
    for (const key of all) {
      expect(key).toMatch(/^a\/b\/[a-z0-9._/-]+$/);
      expect(key.length).toBeLessThan(600);
    }
    expect(keysOf('').marker).toBe('keyturn.json');
  });

  it('numbers objects so that the newest is the first of a list', () => {
    const names = [1, 2, 9, 10, 99_999].map((number) => keysOf('').entry('one', number));
    expect(names.toSorted()).toEqual(names.toReversed());
    for (const number of [1, 10, 9_999_999])
      expect(numberOfEntry(keysOf('').entry('one', number).slice(-10))).toBe(number);
    for (const name of ['', '.keep', '9999999999', '99999', '99999999980'])
      expect(numberOfEntry(name)).toBeUndefined();
  });
});
