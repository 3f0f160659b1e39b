import { describe, expect, it } from 'vitest';

import { hasColour } from '../src/output/colour.ts';
import { diffText } from '../src/output/diff.ts';
import { broken, folded } from '../src/output/fold.ts';

const GREEN = '\u001B[32m';
const PLAIN = '\u001B[39m';

describe('a line that is wider than the terminal', () => {
  it('is broken at spaces, with its indent', () => {
    expect(folded('  one two three four\nfive', 12)).toBe('  one two\n  three four\nfive');
  });

  it('keeps a word that is too long, and the gaps of aligned columns', () => {
    expect(folded('see github:acme/web?environment=production now', 20)).toBe(
      'see\ngithub:acme/web?environment=production\nnow',
    );
    expect(folded('ID    NAME  and more', 12)).toBe('ID    NAME\nand more');
  });

  it('counts no colours, and moves no text that is placed already', () => {
    expect(folded(`${GREEN}one two${PLAIN} three`, 7)).toBe(`${GREEN}one two${PLAIN}\nthree`);
    expect(folded('\r\u001B[2K one two three', 5)).toBe('\r\u001B[2K one two three');
  });

  it('is broken inside of a word only on a screen whose lines are counted', () => {
    expect(broken(`a ${GREEN}bcdefgh${PLAIN}`, 4)).toEqual(['a', `${GREEN}bcde`, `fgh${PLAIN}`]);
    expect(broken('', 4)).toEqual(['']);
  });

  it('stays beside its mark in a diff', () => {
    const output = { terminal: true, colour: false, columns: 20, write: () => {} };
    expect(diffText('', '  # a comment of words\n', output)).toBe(
      '  +   # a comment of\n      words\n',
    );
  });
});

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: 'false' }, true, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '3' }, true, false],
  ])('%j, on a terminal: %s', (env, terminal, expected) => {
    expect(hasColour(env, terminal)).toBe(expected);
  });
});
