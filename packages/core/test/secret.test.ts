import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { Secret } from '../src/index.ts';

describe('Secret', () => {
  const secret = new Secret('pscale_tkn_plain');

  it.each([
    ['String()', String(secret)],
    ['concatenation', 'a'.concat(secret as unknown as string)],
    ['JSON', JSON.stringify({ secret })],
    [
      'inspect at any depth',
      inspect({ a: { b: { secret } } }, { depth: Infinity, showHidden: true }),
    ],
    ['an error message', new Error(`failed with ${secret.toString()}`).message],
  ])('does not show its value in %s', (_, text) => {
    expect(text).not.toContain('plain');
    expect(text).toContain('[secret]');
  });

  it('gives its value to who asks for it', () => {
    expect(secret.reveal()).toBe('pscale_tkn_plain');
  });
});
