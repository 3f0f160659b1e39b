import { describe, expect, it } from 'vitest';

import { table } from '../src/output/style.ts';
import { cut, displayWidth } from '../src/output/width.ts';
import { hanging, wrap } from '../src/output/wrap.ts';

describe('a table', () => {
  it('keeps every cell whole: what does not fit moves to the right, or onto a line of its own', () => {
    const lines = table(
      [
        ['KIND', 'WRITTEN', 'PLACE', 'BY'],
        ['pair', '12d ago', 'github:acme/web', 'ci'],
        ['pair', '', 'github:acme/api?environment=production', 'ci'],
      ],
      40,
    );
    expect(lines).toEqual([
      'KIND  WRITTEN  PLACE                  BY',
      'pair  12d ago  github:acme/web        ci',
      'pair\n    github:acme/api?environment=production\n                                      ci',
    ]);
  });

  it('is as wide as it is where nobody looks', () => {
    const rows = [['a'.repeat(50), 'b'.repeat(50)]];
    expect(table(rows)).toEqual([`${'a'.repeat(50)}  ${'b'.repeat(50)}`]);
  });

  it('counts a mark of text as one column, and an emoji as two', () => {
    expect(['✔', '!', '•', '✅', '\u2714\uFE0F'].map(displayWidth)).toEqual([1, 1, 1, 2, 2]);
  });

  it('lines up after ideographs, accents and emoji', () => {
    const lines = table([
      ['漢字', '|'],
      ['e\u0301e\u0301', '|'],
      ['👩‍👩‍👧', '|'],
    ]);
    expect(lines).toEqual(['漢字  |', 'e\u0301e\u0301    |', '👩‍👩‍👧    |']);
  });
});

describe('a text', () => {
  it('is cut between characters', () => {
    expect([cut('漢字漢字', 5), cut('abc', 3), cut('abcd', 3)]).toEqual(['漢字…', 'abc', 'ab…']);
  });

  it('is broken between words only', () => {
    expect(wrap('one two three a-very-long-word x', 9)).toEqual([
      'one two',
      'three',
      'a-very-long-word',
      'x',
    ]);
  });

  it('hangs below its mark where it is longer than a line', () => {
    expect(hanging('one  two three four five', 22, '• ', '  ')).toEqual([
      '• one  two three four',
      '  five',
    ]);
    expect(hanging('one two', Infinity, '• ', '  ')).toEqual(['• one two']);
  });
});
