import { describe, expect, it } from 'vitest';

import { formats, type FormatName } from '../src/formats/formats.ts';
import { rewrite } from '../src/rewrite.ts';
import type { Reader } from './matrix/reader.ts';
import { nodeAt } from './matrix/readers/node.ts';
import { dockerRules, systemdRules } from './matrix/readers/rules.ts';
import { shells } from './matrix/readers/shells.ts';

const VALUES = [
  '',
  'a b',
  ' a ',
  '\ta',
  "it's",
  'say "hi"',
  '`x`',
  '$HOME ${A} $(id)',
  'a#b',
  '# a',
  'a=b==',
  'back\\slash',
  'end\\',
  'a\\nb',
  'two\nlines',
  '!a ~b *',
  '日本 ü',
  `'"`,
  '"quoted"',
  "'quoted'",
  'x'.repeat(63 * 1024),
];
const HEADS: Readonly<Record<FormatName, readonly string[]>> = {
  dotenv: ['', 'T=old\n', 'T="old"\n', "T='old' # why\n", 'export T=`old`\n', 'T= # why\n'],
  shell: ['', 'T=old\n', 'export T="old" # why\n', "export T='old'\r\n"],
  docker: ['', 'T=old\n', 'T\n', 'T="old"\r\n'],
  systemd: ['', 'T=old\n', 'T="old"\n', "T='old'\r\n", 'T= "a" b\\\n c\n'],
};
const shell = shells().find((one): one is Reader => 'read' in one);
/** The program that each format is made for; the shell's are left out if there is none. */
const READERS: Readonly<Record<FormatName, readonly Reader[]>> = {
  dotenv: [nodeAt('Node', process.execPath)],
  shell: shell === undefined ? [] : [shell],
  docker: [dockerRules],
  systemd: [systemdRules],
};

describe.each(Object.keys(formats) as FormatName[])('any value in the format %s', (name) => {
  const format = formats[name];

  it.each(HEADS[name])('is read as it was meant, or refused beforehand, in %j', async (before) => {
    for (const value of VALUES) {
      if (format.limits.value?.test(value) === false) continue;
      const bytes = Buffer.from(value).toString('latin1');
      const after = rewrite('env:x', format, { mark: '', text: before }, new Map([['T', bytes]]));
      expect(format.read(after).get('T')).toBe(bytes);
      for (const { read } of READERS[name])
        expect((await read(`${after}Z=1\n`))?.values?.get('T')).toBe(value);
    }
  });
});
