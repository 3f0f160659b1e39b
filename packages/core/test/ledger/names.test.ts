import { describe, expect, it } from 'vitest';

import { decodeName, encodeName, isShortened } from '../../src/ledger/names.ts';

const names = [
  'ci-github',
  'ci_github.v2',
  '',
  '.',
  '..',
  '../../etc/passwd',
  'CI-GitHub',
  'ci-GITHUB',
  'con',
  'con.backup',
  'nul',
  '-rf',
  'a/b\\c:d*e?f"g<h>i|j',
  'line\nfeed\0nul',
  'é',
  'e\u0301',
  '密码 🔑',
  '\ud800',
  '\udc00',
  '\ufffd',
  '%',
  '%25',
  '%~',
  '%ud800',
  'trailing.',
  'trailing ',
  'a.lock',
  'a.jsonl',
];

describe('the file name of a rotation', () => {
  it.each(['ci-github', 'ci_github.v2', 'a.b-c_9', 'silicon', 'lpt10', 'x'.repeat(90)])(
    'is %s itself',
    (name) => {
      expect(encodeName(name)).toBe(name);
    },
  );

  it.each(names)('is safe for %j, and leads back to it', (name) => {
    const encoded = encodeName(name);
    expect(encoded).toMatch(/^[a-z0-9_%][a-z0-9_.%-]*$/);
    expect(decodeName(encoded)).toBe(name);
    expect(isShortened(encoded)).toBe(false);
  });

  it.each([
    ['con', '%63on'],
    ['nul.backup', '%6eul.backup'],
    ['com1', '%63om1'],
  ])('is not that of a device: %s', (name, encoded) => {
    expect(encodeName(name)).toBe(encoded);
  });

  it('is another for each rotation, even where case is ignored', () => {
    const encoded = names.map((name) => encodeName(name).toLowerCase());
    expect(new Set(encoded).size).toBe(names.length);
  });

  it.each(['x'.repeat(91), 'é'.repeat(1000), `${'x'.repeat(100_000)}/..`])(
    'is bounded for a name that is too long',
    (name) => {
      const encoded = encodeName(name);
      expect(encoded).toMatch(/^[a-z0-9_%][a-z0-9_.%-]{0,39}%~[0-9a-f]{48}$/);
      expect(isShortened(encoded)).toBe(true);
      expect(encodeName(`${name}x`)).not.toBe(encoded);
      expect(decodeName(encoded)).toBeUndefined();
    },
  );

  it('is another for names that are too long and differ in half a surrogate pair only', () => {
    const long = 'x'.repeat(91);
    expect(encodeName(`${long}\ud800`)).not.toBe(encodeName(`${long}\udc00`));
  });

  it.each(['UPPER', '%41%zz', '%C3%A9', 'a b', 'é', '%7'])(
    'is not one that no rotation is kept under: %s',
    (file) => {
      expect(decodeName(file)).toBeUndefined();
    },
  );
});
