import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { reveal } from '@keyturn/core';
import { seededRandom } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, entry, openSink, temporaryFolder } from './context.ts';
import { sourced } from './shell.ts';

const NAMES = ['TOKEN', 'TOKEN_ID', 'ID'];
const PIECES = [
  'a',
  'Z9',
  ' ',
  '"',
  "'",
  '`',
  '$HOME',
  '\\',
  '\\n',
  '#',
  ' # ',
  '=',
  ';',
  '\n',
  '!',
  'ü',
  '🔑',
  '%',
  '~',
  '\t',
];
const others = {
  dotenv: [
    '',
    '# TOKEN=it\'s "old"',
    'A=1 # b',
    'B="x\nTOKEN=not\n"',
    "export C='d'",
    'no assignment',
    '  D = `e`',
    'TOKENS=1',
    'F=g h',
    'E=',
  ],
  shell: [
    '',
    '# TOKEN=it\'s "old',
    'A=1 # b',
    'B="x\nTOKEN=not\n"',
    "export C='d'\\''e'",
    ': "$TOKEN" && true',
    "f() {\n  : it\\'s\n}",
    'TOKENS=1',
    ": <<'X'\nTOKEN=it's\nX",
    'F=$(printf \'%s\' "g h")',
  ],
};
const olds = {
  dotenv: ['=old', "='old'", '="old"', '=`old`', '=old # why', '="o\nld" # it\'s', '=', ' = old'],
  shell: ['=old', "='old'", '="old"', "='o'\\''ld' # why", '="o\nld"', '=', '=$A'],
};

for (const format of ['dotenv', 'shell'] as const)
  describe(`any ${format} file`, () => {
    const read = (path: string, name: string): string | undefined =>
      format === 'shell' ? sourced(path, name) : parseEnv(readFileSync(path, 'utf8'))[name];

    it.each(Array.from({ length: format === 'shell' ? 60 : 400 }, (_, seed) => seed))(
      'takes any values, and keeps every other line (seed %i)',
      async (seed) => {
        const random = seededRandom(seed);
        const pick = <Item>(items: readonly Item[]): Item =>
          items[Math.floor(random() * items.length)] as Item;
        const eol = format === 'dotenv' && random() < 0.3 ? '\r\n' : '\n';
        const final = random() < 0.7 ? eol : '';
        const lines = Array.from({ length: Math.floor(random() * 9) }, () => {
          if (random() < 0.6) return { text: pick(others[format]) };
          const name = pick(NAMES);
          return { name, text: `${random() < 0.5 ? 'export ' : ''}${name}${pick(olds[format])}` };
        });
        const folder = temporaryFolder();
        const path = join(folder, '.env');
        const text = lines.map((line) => line.text).join(eol);
        writeFileSync(path, text === '' ? '' : text + final);
        const sink = await openSink(`env:.env?format=${format}`, folder);

        const values = [pick(NAMES), ...NAMES]
          .filter((name, i, all) => i === 0 || (name !== all[0] && random() < 0.6))
          .map((name) => {
            const candidate = Array.from({ length: Math.floor(random() * 8) }, () => pick(PIECES));
            const value = candidate.join('');
            return entry(name, sink.limits.value?.test(value) === true ? value : 'plain');
          });
        await sink.deliver(values, call);

        const after = readFileSync(path, 'utf8');
        let at = 0;
        for (const { name, text: line } of lines) {
          const ours = values.find((value) => value.name === name);
          expect(ours !== undefined || after.startsWith(line, at)).toBe(true);
          const breaks = (ours === undefined ? line : reveal(ours.value)).split('\n').length;
          for (let i = 0; i < breaks; i++) at = after.indexOf('\n', at) + 1 || after.length;
        }
        for (const { name, value } of values) expect(read(path, name)).toBe(reveal(value));
        expect(await sink.confirm(values, {}, call)).toBe('same');
        expect(after.endsWith('\n')).toBe(text === '' || (text + final).endsWith('\n'));

        await sink.deliver(values, call);
        expect(readFileSync(path, 'utf8')).toBe(after);
      },
    );
  });
