import { execFileSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { shellWord } from '../src/index.ts';

describe('a word of a command to paste', () => {
  it.each(['ci-github', 'github:acme/web', 'abc123def456', 'read_branch@shop', 'a+b=c%2f,1.2'])(
    'stands bare if no shell reads more in it: %s',
    (text) => {
      expect(shellWord(text)).toBe(text);
    },
  );

  it('is quoted where zsh would look for a program of that name', () => {
    expect(shellWord('=ls')).toBe("'=ls'");
  });

  it.each([
    '',
    '=ls',
    '%1',
    "env:it's.env",
    "'; touch owned; '",
    '$(touch owned)',
    '`touch owned`',
    'a b',
    '*',
    'github:acme/*',
    '~',
    'a;b|c&d>e<f',
    '#comment',
    '!!',
    String.raw`back\slash`,
    '"quoted"',
    'two\nlines',
    'Zürich 🔑',
    '{a,b}',
    'env:.env?format=shell',
  ])('reaches the command as it was: %j', (text) => {
    for (const shell of ['sh', 'bash'])
      expect(
        execFileSync(shell, ['-c', `printf %s ${shellWord(text)}`], { cwd: '/' }).toString(),
      ).toBe(text);
  });
});
