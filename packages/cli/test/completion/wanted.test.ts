import { describe, expect, it } from 'vitest';

import { replacement, splitLine } from '../../src/completion/line.ts';
import { wantedAt, type Table, type Wanted } from '../../src/completion/wanted.ts';
import { command, type OptionSpec } from '../../src/program/spec.ts';

const BREAKS = ' \t\n"\'@><=;|&(:';
const option = (flags: string, more: Partial<OptionSpec> = {}): OptionSpec => ({
  flags,
  description: '',
  ...more,
});
const example = { line: '', does: '' };
const spec = (name: string, words: string, options: readonly OptionSpec[]) => ({
  ...command({ name, summary: '', options, examples: [example, example], run: async () => 0 }),
  words,
});
const table: Table = {
  globals: [option('--quiet')],
  commands: [
    spec('turn', '[names...]', [
      option('--at <target>', { repeats: true }),
      option('--file <file>'),
      option('--level <level>', { choices: ['low', 'high'] }),
      option('--dry'),
    ]),
    spec('token show', '<id> [names...]', [option('--org <org>')]),
  ],
};
const wanted = (line: string): Wanted => wantedAt(line.split(' '), table);
const options = (line: string): string[] => {
  const found = wanted(line);
  return found.type === 'option' ? found.options.map(({ flags }) => flags) : [found.type];
};
const value = (line: string): string => {
  const found = wanted(line);
  return found.type === 'value' ? `${found.prefix}${found.of.place} ${found.of.name}` : found.type;
};

describe('what a shell may complete', () => {
  it('is a command, until there is one', () => {
    expect(wanted('')).toEqual({ type: 'command', under: [] });
    expect(wanted('--quiet tu')).toEqual({ type: 'command', under: [] });
    expect(wanted('token ')).toEqual({ type: 'command', under: ['token'] });
    expect(wanted('help token s')).toEqual({ type: 'command', under: ['token'] });
  });

  it('is a word of the command, the last of which may repeat', () => {
    expect(value('turn ')).toBe('word names');
    expect(value('turn one --dry two th')).toBe('word names');
    expect(value('token show ')).toBe('word id');
    expect(value('token show abc ')).toBe('word names');
  });

  it('is the value of an option', () => {
    expect(value('turn --at ')).toBe('option target');
    expect(value('turn --at=git')).toBe('--at=option target');
    expect(value('turn --file x --at git')).toBe('option target');
    expect(wanted('turn --level ')).toMatchObject({ of: { choices: ['low', 'high'] } });
    expect(value('turn --dry ')).toBe('word names');
  });

  it('is an option that was not given yet, or that repeats', () => {
    expect(options('turn --dry --at x -')).toEqual([
      '--at <target>',
      '--file <file>',
      '--level <level>',
      '--quiet',
    ]);
    expect(options('-')).toEqual(['--quiet']);
  });

  it('is no option behind two dashes', () => {
    expect(value('turn -- -')).toBe('word names');
  });
});

describe('a line of bash', () => {
  it.each([
    ['', ['']],
    ['a b ', ['a', 'b', '']],
    ['a  "b c" d\\ e', ['a', 'b c', 'd e']],
    ["a 'b\\", ['a', 'b\\']],
    ['a $(rm x) `y`', ['a', '$(rm', 'x)', '`y`']],
  ])('%j is split without being run', (line, words) => {
    expect(splitLine(line).words).toEqual(words);
  });

  it.each([
    ['k github:acme/w', 'github:acme/web', 'acme/web'],
    ['k --at=github:a', '--at=github:acme', 'acme'],
    ['k "github:a', 'github:acme/web?x=a&y=b', 'github:acme/web?x=a&y=b'],
    ['k gith', 'github:acme/*', 'github:acme/\\*'],
    ['k github:a\\?e', 'github:a?e=$(rm)', 'a\\?e=\\$\\(rm\\)'],
    ['k github:a?e', 'github:a?e=b c', 'a\\?e=b\\ c'],
  ])('%j gets what is missing of %s', (line, candidate, replaced) => {
    expect(replacement(candidate, splitLine(line), BREAKS)).toBe(replaced);
  });
});
