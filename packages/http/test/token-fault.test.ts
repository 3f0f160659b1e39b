import { describe, expect, it } from 'vitest';

import { tokenFault, tokenIn } from '../src/index.ts';

describe('tokenFault', () => {
  it.each([
    ['ghp_a\nb', 'contains a line break'],
    ['ghp_a\r\nb', 'contains a line break'],
    ['ghp_a b', 'contains a space'],
    ['ghp_a\tb', 'contains a space'],
    ['"ghp_a"', 'starts or ends with a quote'],
    ['"ghp_a', 'starts or ends with a quote'],
    ["ghp_a'", 'starts or ends with a quote'],
    ['***', 'contains only asterisks, like a masked secret in a log'],
    ['${{ secrets.X }}', 'contains a variable reference that was not expanded'],
    ['$GH_TOKEN', 'contains a variable reference that was not expanded'],
    [
      'ghp_\u2013',
      'contains a character that cannot be sent, as some programs insert when copying',
    ],
  ])('says what is wrong with %j', (text, fault) => {
    expect(tokenFault(text)).toBe(fault);
  });

  it.each([
    'ghp_abc',
    'id:token',
    ' ghp_abc\n',
    '',
    ' ',
    'ghp"abc',
    'ghp***',
    '***ghp',
    'ghp${{x',
    '$A1',
    '$A-b',
  ])('finds nothing in %j', (text) => {
    expect(tokenFault(text)).toBeUndefined();
  });
});

describe('tokenIn', () => {
  it('reads the token of a variable without the whitespace around it', () => {
    expect(tokenIn({ GH_TOKEN: ' ghp_abc\n' }, 'GH_TOKEN')?.reveal()).toBe('ghp_abc');
  });

  it.each([{}, { GH_TOKEN: '' }, { GH_TOKEN: ' ' }])('finds none in %j', (env) => {
    expect(tokenIn(env, 'GH_TOKEN')).toBeUndefined();
  });

  it('refuses one that cannot be sent, and repeats nothing of it', () => {
    expect(() => tokenIn({ GH_TOKEN: '"ghp_abc"' }, 'GH_TOKEN')).toThrow(
      expect.objectContaining({
        code: 'CREDENTIALS_MISSING',
        message: 'GH_TOKEN starts or ends with a quote',
        hint: 'Set GH_TOKEN to the token alone.',
        effect: 'none',
      }),
    );
  });
});
