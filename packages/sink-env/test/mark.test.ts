import { describe, expect, it } from 'vitest';

import { formats, type FormatName } from '../src/formats/formats.ts';
import { rewrite } from '../src/rewrite.ts';

const mark = '\u00ef\u00bb\u00bf';

describe('a byte order mark', () => {
  it.each<[string, FormatName, string, string | undefined, string]>([
    ['stays before a comment', 'dotenv', '# a\nT=old\n', 'new', `${mark}# a\nT=new\n`],
    ['stays before another name', 'dotenv', 'A=1\nT=old\n', 'new', `${mark}A=1\nT=new\n`],
    ['stays before a blank line', 'dotenv', '\nT=old\n', 'new', `${mark}\nT=new\n`],
    ['goes before a name that is written', 'dotenv', 'T=old\nA=1\n', 'new', 'T=new\nA=1\n'],
    ['goes in an empty file', 'dotenv', '', 'new', 'T=new\n'],
    ['goes with a name that is removed', 'dotenv', 'T=old\nA=1\n', undefined, 'A=1\n'],
    ['stays where nothing is removed', 'dotenv', 'A=1\n', undefined, `${mark}A=1\n`],
    ['goes in a shell file', 'shell', 'export T=old\n', 'new', 'export T=new\n'],
    ['goes in a file of systemd', 'systemd', 'T=old\n', 'new', 'T=new\n'],
    ['stays for docker, which skips it', 'docker', 'T=old\n', 'new', `${mark}T=new\n`],
  ])('%s', (_, format, text, value, after) => {
    const changes = new Map([['T', value]]);
    expect(rewrite('env:.env', formats[format], { mark, text }, changes)).toBe(after);
  });
});
