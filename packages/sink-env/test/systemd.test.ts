import { seededRandom } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { edit } from '../src/edit.ts';
import { formats } from '../src/formats/formats.ts';
import { readAsSystemd } from './matrix/rules/systemd.ts';

const format = formats.systemd;

function set(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return edit('env:app', format, text, new Map(Object.entries(values)));
}

describe("systemd's environment file", () => {
  it.each([
    ['no quotes', 'T=old\n', 'T=new\n'],
    ['single quotes', "T='old'\n", "T='new'\n"],
    ['double quotes', 'T="old"\n', 'T="new"\n'],
    ['spaces around the sign', '  T =\told  \n', '  T =\tnew\n'],
    ['no space behind the sign, where shells run what follows', 'T= old\n', 'T=new\n'],
    ['both kinds of comments', '# T=a\n; T=b\nT=old\n', '# T=a\n; T=b\nT=new\n'],
    ['CRLF', 'A=1\r\nT=old\r\n', 'A=1\r\nT=new\r\n'],
    ['several lines elsewhere', 'A="1\nT=not\n"\nT=old\n', 'A="1\nT=not\n"\nT=new\n'],
    ['a continued line elsewhere', 'A=1\\\nT=not\nT=old\n', 'A=1\\\nT=not\nT=new\n'],
    ['a comment that ends in a backslash', '# C:\\\nA=1\nT=old\n', '# C:\\\nA=1\nT=new\n'],
  ])('keeps %s', (_, before, after) => {
    expect(set(before, { T: 'new' })).toBe(after);
  });

  it('has no comments behind values: they are part of the old value', () => {
    expect(set('T=old # why\nB=1\n', { T: 'new' })).toBe('T=new\nB=1\n');
    expect(set('T="old" # why\nB=1\n', { T: 'new' })).toBe('T=new\nB=1\n');
  });

  it('replaces a value of several lines as a whole', () => {
    expect(set('T=o\\\nld\nU="a\nb"\nB=1\n', { T: 'new', U: 'x' })).toBe('T=new\nU="x"\nB=1\n');
  });

  it.each([
    ['a b', "T='a b'"],
    ['$HOME `x`', "T='$HOME `x`'"],
    ["it's", 'T="it\'s"'],
    [`it's "$A" \`b\` \\n`, 'T="it\'s \\"\\$A\\" \\`b\\` \\\\n"'],
    ['a\nb', "T='a\nb'"],
    ['#a', "T='#a'"],
    ['', 'T='],
  ])('%j is written in quotes that keep it', (value, line) => {
    expect(set('', { T: value })).toBe(`${line}\n`);
    expect(format.read(`${line}\n`).get('T')).toBe(value);
  });

  it.each([
    ['T=a b', 'a b'],
    ['T= a  ', 'a'],
    ['T="a" b', 'ab'],
    [`T="a"'b' "c"`, 'abc'],
    ['T=a"b"', 'a"b"'],
    ['T="a" # b', 'a# b'],
    ['T=a\\ \\\n b', 'a  b'],
    ['T="a\\xb\\"\\\nc"', 'a\\xb"c'],
    ['T=', ''],
    ['T="open\n', 'open\n'],
  ])('%j has the value %j', (text, value) => {
    expect(format.read(text).get('T')).toBe(value);
  });

  it.each([
    ['an exported name, which systemd ignores', 'export T=old\n', 1],
    ['a quote that is never closed', 'T=old\nA="open\n', 2],
    ['a line that only newer versions read', '# C:\\\nT=old\n', 2],
  ])('is left alone: %s', (_, text, line) => {
    expect(() => set(text, { T: 'new' })).toThrow(
      expect.objectContaining({
        code: 'FILE_UNSAFE',
        message: expect.stringContaining(`line ${line} `),
      }),
    );
  });

  it('is left alone where systemd rejects it as a whole', () => {
    expect(() => set('A=caf\u00e9\nT=old\n', { T: 'new' })).toThrow(
      expect.objectContaining({
        code: 'FILE_UNSAFE',
        message: expect.stringContaining('systemd rejects the file: line 1'),
      }),
    );
    expect(set('# caf\u00e9\nT=old\n', { T: 'new' })).toBe('# caf\u00e9\nT=new\n');
    expect(set('A=caf\u00e9\nT=old\n', { T: undefined })).toBe('A=caf\u00e9\n');
  });

  it('is read as systemd reads it, whatever it contains', () => {
    const pieces = [
      'A=',
      'B=',
      'T=',
      'x',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '"',
      "'",
      '\\',
      '#',
      ';',
      '$',
      '=',
      'é',
    ];
    for (let seed = 0; seed < 5000; seed++) {
      const random = seededRandom(seed);
      const pick = () => pieces[Math.floor(random() * pieces.length)] ?? '';
      const text = Array.from({ length: Math.floor(random() * 24) }, pick).join('');
      const file = Buffer.from(text).toString('latin1');
      const { unclear } = format.scan(file);
      const read = [...format.read(file)].filter(([name]) => !unclear.has(name));
      const values = read.map(([name, value = '']) => [
        name,
        Buffer.from(value, 'latin1').toString(),
      ]);
      const meant = [...(readAsSystemd(file) ?? [])].filter(([name]) => !unclear.has(name));
      expect([text, Object.fromEntries(values)]).toEqual([text, Object.fromEntries(meant)]);
    }
  });
});
