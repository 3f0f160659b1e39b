import { describe, expect, it } from 'vitest';

import { edit } from '../src/edit.ts';
import { formats, type FormatName } from '../src/formats/formats.ts';

function set(
  format: FormatName,
  text: string,
  values: Readonly<Record<string, string | undefined>>,
) {
  return edit('env:.env', formats[format], text, new Map(Object.entries(values)));
}

describe('a dotenv file', () => {
  it.each([
    ['no quotes', 'T=old\n', 'T=new\n'],
    ['single quotes', "T='old'\n", "T='new'\n"],
    ['double quotes', 'T="old"\n', 'T="new"\n'],
    ['backticks', 'T=`old`\n', 'T=`new`\n'],
    ['its export', '  export T=old\n', '  export T=new\n'],
    ['spaces around the sign', 'T = old\n', 'T = new\n'],
    ['a comment', 'T=old # why\n', 'T=new # why\n'],
    ['a comment behind quotes', 'T="old"  # it\'s "why"\n', 'T="new"  # it\'s "why"\n'],
    ['a comment behind no value', 'T= # why\nB=1\n', 'T=new # why\nB=1\n'],
    ['a comment behind no value and a tab', 'T=\t# why\nB=1\n', 'T=new # why\nB=1\n'],
    ['a comment that touches the quotes', 'T="old"# why\n', 'T="new" # why\n'],
    ['its export, whose tab Node does not know', 'export\tT=old\n', 'export T=new\n'],
    ['tabs behind export elsewhere', 'export\tA=1\nT=old\n', 'export\tA=1\nT=new\n'],
    ['its line break', 'A=1\r\nT=old\r\nB=2\r\n', 'A=1\r\nT=new\r\nB=2\r\n'],
    ['its missing final line break', 'A=1\nT=old', 'A=1\nT=new'],
    ['several lines elsewhere', 'A="1\nT=not\n"\nT=old\n', 'A="1\nT=not\n"\nT=new\n'],
    ['a commented line', '# T=old\nT=old\n', '# T=old\nT=new\n'],
  ])('keeps %s', (_, before, after) => {
    expect(set('dotenv', before, { T: 'new' })).toBe(after);
  });

  it('replaces a value of several lines as a whole', () => {
    expect(set('dotenv', 'A=1\nT="a\nb\nc" # why\nB=2\n', { T: 'new' })).toBe(
      'A=1\nT="new" # why\nB=2\n',
    );
  });

  it('replaces every occurrence, so that no reader sees the old value', () => {
    expect(set('dotenv', "T=old\nA=1\nexport T='older'\n", { T: 'new' })).toBe(
      "T=new\nA=1\nexport T='new'\n",
    );
  });

  it('leaves nothing of the old value behind an escaped quote', () => {
    expect(set('dotenv', 'T="o\\"ld"\nA=1\n', { T: 'new' })).toBe('T="new"\nA=1\n');
    expect(set('dotenv', 'T=o#ld\nA=1\n', { T: 'new' })).toBe('T=new\nA=1\n');
  });

  it.each([
    ['T=old', 'a b', "T='a b'"],
    ["T='old'", "it's", 'T="it\'s"'],
    ['T="old"', '$HOME', "T='$HOME'"],
    ['T="old"', 'a\\nb', "T='a\\nb'"],
    ['T=old', `'"`, 'T=`\'"`'],
    ['T=old', 'a\nb', "T='a\nb'"],
    ['T=old', `a'"\`b`, `T=a'"\`b`],
    ['T="old"', `'\``, `T="'\`"`],
    ['T=old', '', 'T='],
  ])('%s becomes other quotes where %j needs them', (before, value, after) => {
    expect(set('dotenv', before, { T: value })).toBe(after);
  });

  it('gets new names at the end, in order, without quotes where they are plain', () => {
    expect(set('dotenv', '', { ID: 'abc', T: 'a b' })).toBe("ID=abc\nT='a b'\n");
    expect(set('dotenv', 'A=1', { ID: 'abc', T: 'd' })).toBe('A=1\nID=abc\nT=d');
    expect(set('dotenv', 'A=1\r\n', { T: 'd' })).toBe('A=1\r\nT=d\r\n');
  });

  it('gets new names exported if any line is, because a shell reads it', () => {
    expect(set('dotenv', 'export A=1\n', { T: 'd', E: '' })).toBe(
      "export A=1\nexport T=d\nexport E=''\n",
    );
    expect(set('dotenv', 'A=1\nexport B=2\n', { T: 'd' })).toBe('A=1\nexport B=2\nexport T=d\n');
    expect(set('dotenv', '# export A=1\nB=2\n', { T: 'd' })).toBe('# export A=1\nB=2\nT=d\n');
  });

  it.each(['dotenv', 'shell', 'systemd'] as const)(
    'in the format %s does not continue a last line that ends in a backslash',
    (format) => {
      const start = format === 'shell' ? 'export T=' : 'T=';
      for (const last of ['A=one\\', '# C:\\']) {
        const after = set(format, `${last}\n`, { T: 'new' });
        expect(after.startsWith(`${last}\n\n${start}`)).toBe(true);
        expect(() => set(format, last, { T: 'new' })).toThrow(/line 1 /);
        expect(set(format, after, { T: 'new' })).toBe(after);
      }
      expect(set(format, 'A=one\\\\\n', { T: 'new' })).toMatch(/^A=one\\\\\n[^\n]/);
    },
  );

  it('loses removed names only', () => {
    expect(set('dotenv', 'T=1\n# T\nA=1\nexport T="2\n3"\nB=2', { T: undefined })).toBe(
      '# T\nA=1\nB=2',
    );
    expect(set('dotenv', 'A=1\nT=1', { T: undefined })).toBe('A=1');
    expect(set('dotenv', 'A=1\n', { T: undefined })).toBe('A=1\n');
  });

  it.each([
    ['an empty value swallows the next line', 'A= \nT=old\n'],
    ['some parsers take it for an assignment', 'T: old\n'],
  ])('is left alone where %s', (_, text) => {
    expect(() => set('dotenv', text, { T: 'new' })).toThrow(
      expect.objectContaining({ code: 'FILE_UNSAFE', effect: 'none' }),
    );
  });

  it('keeps bytes that are no UTF-8', () => {
    expect(set('dotenv', '# caf\u00e9\nT=old\n', { T: 'new' })).toBe('# caf\u00e9\nT=new\n');
  });
});

describe('a shell file', () => {
  it.each([
    ['single quotes', "export T='old'\n", "export T='new'\n"],
    ['double quotes', 'export T="old" # why\n', 'export T="new" # why\n'],
    ['no quotes', '  T=old\n', '  T=new\n'],
    [
      'functions and here-documents',
      "f() {\n  echo it\\'s '\n'\n}\ncat <<'X'\nit's\nX\nT=old\n",
      "f() {\n  echo it\\'s '\n'\n}\ncat <<'X'\nit's\nX\nT=new\n",
    ],
    ['comments with quotes', "# it's T=old\nT=old\n", "# it's T=old\nT=new\n"],
    [
      'a here-document whose end is not indented',
      "cat <<'X'\n\tX\nT=not\nX\nT=old\n",
      "cat <<'X'\n\tX\nT=not\nX\nT=new\n",
    ],
    [
      'a here-document whose end may be indented',
      "cat <<-'X'\nT=not\n\tX\nT=old\n",
      "cat <<-'X'\nT=not\n\tX\nT=new\n",
    ],
    ['a comment, with the blanks before it', 'T=old \t# why\n', 'T=new \t# why\n'],
    ['no blanks at the end of the line', 'T=old \t\nA=1 \n', 'T=new\nA=1 \n'],
  ])('keeps %s', (_, before, after) => {
    expect(set('shell', before, { T: 'new' })).toBe(after);
  });

  it('gets new names exported', () => {
    expect(set('shell', 'use nix\n', { T: "it's" })).toBe("use nix\nexport T='it'\\''s'\n");
  });

  it('takes a value that is put together as one', () => {
    expect(set('shell', "T=a'b c'\"$d\"\\'e\nT='x'\\''y'\n", { T: 'new' })).toBe('T=new\nT=new\n');
  });

  it('hides the carriage return of a line break from the shell', () => {
    const once = set('shell', "A=1\r\nexport T='old'\r\n", { T: 'new', N: 'x' });
    expect(once).toBe("A=1\r\nexport T='new' #\r\nexport N='x' #\r\n");
    expect(set('shell', once, { T: 'new', N: 'x' })).toBe(once);
  });

  it.each([
    ['T=old\r', undefined],
    ['T=old \r', undefined],
    ['T=old #\r', 'old'],
    ['T=old', 'old'],
  ])(
    'has in %j the value %j, because a carriage return is none of its line break',
    (line, value) => {
      expect(formats.shell.read(`${line}\n`)).toEqual(new Map([['T', value]]));
    },
  );

  it.each([
    ['T=old run', 'line 1 sets T '],
    ['A=1\nA=1 T=old', 'line 2 sets T '],
    ['test -n "$T" || export T=old', 'line 1 sets T '],
    ['readonly T=old', 'line 1 sets T '],
    ['export \\\nT=old', 'line 1 sets T '],
    ['T+=old', 'line 1 sets T '],
    ['A=1\nB="open\nT=old', 'line 2 opens '],
    ['cat <<X\nT=old', 'line 1 opens '],
  ])('is left alone where %j is not clear, with the line and the reason', (text, words) => {
    expect(() => set('shell', `${text}\n`, { T: 'new' })).toThrow(
      expect.objectContaining({
        code: 'FILE_UNSAFE',
        message: expect.stringContaining(words),
      }),
    );
  });
});

describe("Docker's env file", () => {
  it('has values to the end of the line, as they are', () => {
    expect(set('docker', '# T=x\n  T="old" # x\nT\nTT=1\n', { T: ` it's "#1" ` })).toBe(
      `# T=x\n  T= it's "#1" \nT= it's "#1" \nTT=1\n`,
    );
    expect(set('docker', 'A=1\r\nT=old', { T: 'new', N: '' })).toBe('A=1\r\nT=new\r\nN=');
  });

  it.each([
    ['an export', 'export A=1', 'a space'],
    ['a space before the sign', 'A =1', 'a space'],
    ['words', 'two words', 'a space'],
    ['no name', '=1', 'no name'],
    ['no UTF-8', 'A=caf\u00e9', 'UTF-8'],
    ['a long line', `A=${'x'.repeat(65_534)}`, '64 KiB'],
  ])('is left alone where docker rejects it as a whole: %s', (_, line, why) => {
    const text = `T=old\n${line}\n`;
    expect(() => set('docker', text, { T: 'new' })).toThrow(
      expect.objectContaining({
        code: 'FILE_UNSAFE',
        message: expect.stringMatching(new RegExp(`docker rejects the file: line 2 .*${why}`)),
      }),
    );
    expect(set('docker', text, { T: undefined })).toBe(`${line}\n`);
  });

  it('is mended where only the old value made docker reject it', () => {
    expect(set('docker', `A=${'x'.repeat(65_533)}\nT=caf\u00e9\n`, { T: 'new' })).toContain(
      '\nT=new\n',
    );
    expect(() => set('docker', `${' '.repeat(1100)}T=old\n`, { T: 'x'.repeat(64_512) })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('line 1 ') }),
    );
  });
});

describe('a file that is made to exhaust its reader', () => {
  const blanks = ' '.repeat(1_000_000);

  it.each<[FormatName, string]>([
    ['dotenv', `T=x${blanks}y`],
    ['dotenv', `${blanks}T${blanks}\n`],
    ['dotenv', `T=x${'# '.repeat(500_000)}`],
    ['shell', `T=x${blanks}y\n`],
    ['docker', `T=x${blanks}y\n`],
    ['shell', `cat <<E${'9'.repeat(100_000)}\nT=old\n`],
  ])('in the format %s is done with in no time', (format, text) => {
    const { scan } = formats[format];
    expect(scan(text).assignments.length).toBeLessThan(2);
  });

  it('has a here-document with a name as long as one likes', () => {
    const end = `E${'9'.repeat(100_000)}`;
    const text = `cat <<-'${end}'\nT=not\n\t\t${end}\r\nT=old\n`;
    expect(set('shell', text, { T: 'new' })).toBe(text.replace('T=old', 'T=new'));
  });
});
