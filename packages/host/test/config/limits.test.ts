import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, it } from 'vitest';

import { loadConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Small texts that would keep a trusting reader busy for ever, or end the process; and what is said of each. */
const BOMBS: Readonly<Record<string, readonly [string, string]>> = {
  'aliases of aliases': [
    lines(
      12,
      (index) =>
        `a${index}: &a${index} [${Array.from({ length: 9 }, () => (index === 0 ? 'x' : `*a${index - 1}`)).join(',')}]`,
    ),
    'too many aliases',
  ],
  'very many aliases': [`a: &a x\nb: [${'*a,'.repeat(50_000)}]`, 'more than 1000 aliases'],
  'very many anchors': [
    lines(20_000, (index) => `k${index}: &a${index} x\nl${index}: *a${index}`),
    'more than 1000 aliases',
  ],
  'lists in lists': ['['.repeat(100_000), 'more than 64 levels'],
  'dashes in dashes': ['- '.repeat(100_000), 'more than 64 levels'],
  'keys in keys': ['? '.repeat(100_000), 'more than 64 levels'],
  'keys in keys that end together': [`${': '.repeat(5000)}\n  b: c\nd: e\n`, 'more than 64 levels'],
  'indented mappings': [lines(1000, (index) => `${' '.repeat(index)}a:`), 'more than 64 levels'],
  'very many keys': [lines(110_000, (index) => `a${index}:`), 'more than 100000 values'],
  'many keys twice': [lines(90_000, (index) => `a${index % 45_000}:`), 'duplicate'],
  'very many quotes': ['"'.repeat(300_000), 'unexpected text'],
};

describe('a file that is made to exhaust its reader', () => {
  it.each(Object.entries(BOMBS))(
    'is refused: %s',
    async (_, [text, message]) => {
      const folder = await temporaryFolder({ 'keyturn.config.yaml': text });
      await expect(loadConfig(path.join(folder, 'keyturn.config.yaml'))).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        effect: 'none',
        message: expect.stringContaining(message),
      });
    },
    60_000,
  );

  it('may have a thousand sinks in each of a few rotations', async () => {
    const sinks = (name: string): string =>
      lines(1000, (index) => `    - github:${name}/repository-${index}`);
    const text = `issuer: { kind: a }\nrotations:\n${['a', 'b', 'c'].map((name) => `  ${name}:\n   sinks:\n${sinks(name)}`).join('\n')}\n`;
    const folder = await temporaryFolder({ 'keyturn.config.yaml': text });
    const { rotations } = await loadConfig(path.join(folder, 'keyturn.config.yaml'));
    expect(rotations.map((one) => one.sinks.length)).toEqual([1000, 1000, 1000]);
  });
});

describe('a file that is no configuration', () => {
  it.each([
    ['1 MiB', 'large.yaml', Buffer.alloc(1024 * 1024 + 1, '#')],
    ['UTF-8', 'utf16.yaml', Buffer.from('\ufeffissuer: a', 'utf16le')],
    ['YAML', 'keyturn.config.toml', Buffer.from('')],
  ])('is refused: %s', async (message, name, content) => {
    const folder = await temporaryFolder({});
    await writeFile(path.join(folder, name), content);
    await expect(loadConfig(path.join(folder, name))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(new RegExp(`${name}: .*${message}`)),
    });
  });

  it('is refused where it is a folder or not there', async () => {
    const folder = await temporaryFolder({});
    await mkdir(path.join(folder, 'a.yaml'));
    await expect(loadConfig(path.join(folder, 'a.yaml'))).rejects.toThrow('is not a file');
    await expect(loadConfig(path.join(folder, 'b.ts'))).rejects.toThrow('cannot be read (ENOENT)');
  });
});
