import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import changelog from '../publish/changelog.mjs';
import { contentProblems } from '../publish/contents.ts';
import { reachable } from '../publish/declarations.ts';
import { inOrder } from '../publish/order.ts';
import { untar } from '../publish/untar.ts';

const published = new Set(['keyturn', '@keyturn/core', '@keyturn/cli']);

function tarball(change: Readonly<Record<string, string | undefined>> = {}): Map<string, Buffer> {
  const files = {
    'package.json': manifest(),
    'README.md': '# x',
    LICENSE: 'MIT',
    'dist/index.js': 'export {};',
    'dist/index.d.ts': 'export {};',
    ...change,
  };
  return new Map(
    Object.entries(files).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, Buffer.from(text)]],
    ),
  );
}

function manifest(more: object = {}): string {
  return JSON.stringify({
    name: '@keyturn/core',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    ...more,
  });
}

const problems = (change?: Readonly<Record<string, string | undefined>>): string[] =>
  contentProblems(tarball(change), published, '/home/ana/keyturn');

describe('what is published', () => {
  it('is what a user needs', () => {
    expect(problems()).toEqual([]);
    expect(
      problems({
        'CHANGELOG.md': 'x',
        'dist/deep/x-AB12.js': 'x',
        'dist/deep/x.d.ts':
          "/** @example import { test } from 'vitest'; */\nimport { X } from 'undici';\nimport 'node:fs';\nexport type Y = import('@keyturn/core/ledger').Y;\n",
        'dist/man/keyturn.1': 'x',
        'package.json': manifest({ dependencies: { '@keyturn/core': '^1.0.0', undici: '8.0.0' } }),
      }),
    ).toEqual([]);
  });

  it.each([
    ['src/index.ts', 'x', 'src/index.ts is not to be published'],
    ['dist/index.js.map', 'x', 'dist/index.js.map is not to be published'],
    ['test/x.test.js', 'x', 'test/x.test.js is not to be published'],
    ['.env', 'x', '.env is not to be published'],
    ['LICENSE', undefined, 'LICENSE is missing'],
    ['dist/index.js', undefined, 'dist/index.js is missing'],
    ['dist/x.js', '"/home/ana/keyturn/x"', 'dist/x.js contains the path of the checkout'],
    ['dist/x.js', 'x'.repeat(3_000_000), 'has 30'],
    [
      'dist/index.d.ts',
      "import * as v from 'valibot';\nimport type { X } from '@keyturn/core';",
      'dist/index.d.ts imports valibot, which is not installed with it',
    ],
    ['package.json', manifest({ bin: { x: './bin/x.js' } }), 'bin/x.js is missing'],
    ['package.json', manifest({ devDependencies: {} }), 'package.json has "devDependencies"'],
    ['package.json', manifest({ scripts: { postinstall: 'x' } }), 'package.json has "scripts"'],
    [
      'package.json',
      manifest({ dependencies: { '@keyturn/ci': '^1.0.0' } }),
      'dependencies has @keyturn/ci, which is not published',
    ],
    [
      'package.json',
      manifest({ peerDependencies: { '@keyturn/core': 'workspace:^' } }),
      'peerDependencies has @keyturn/core from "workspace:^"',
    ],
  ])('is refused for %s', (name, text, problem) => {
    expect(problems({ [name]: text })).toEqual([expect.stringContaining(problem)]);
  });

  it('is read from a tarball as it is, with long names', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyturn-untar-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const long = `dist/${'deep/'.repeat(25)}${'x'.repeat(90)}.js`;
    for (const [name, text] of [
      ['README.md', 'x'.repeat(1000)],
      [long, 'long'],
    ] as const) {
      await mkdir(path.dirname(path.join(folder, 'package', name)), { recursive: true });
      await writeFile(path.join(folder, 'package', name), text);
    }
    for (const format of ['ustar', 'pax']) {
      const file = path.join(folder, `${format}.tgz`);
      execFileSync('tar', ['-czf', file, `--format=${format}`, '-C', folder, 'package']);
      const files = untar(await readFile(file));
      expect([...files.keys()].toSorted()).toEqual(['README.md', long]);
      expect(files.get('README.md')?.length).toBe(1000);
      expect(files.get(long)?.toString()).toBe('long');
    }
  });

  it('is published after what it needs', () => {
    const packages = [
      { name: 'keyturn', needs: ['cli'] },
      { name: 'cli', needs: ['core', 'http', 'undici'] },
      { name: 'http', needs: ['core'] },
      { name: 'core', needs: [] },
    ];
    expect(inOrder(packages).map(({ name }) => name)).toEqual(['core', 'http', 'cli', 'keyturn']);
  });
});

describe('declarations', () => {
  it('that an export leads to are kept, and no others', () => {
    const texts: Readonly<Record<string, string>> = {
      'dist/index.d.ts': "export { x } from './deep/x.ts';\nexport * from './y.js';\n",
      'dist/deep/x.d.ts': "export declare const x: import('../z.ts').Z;\n",
      'dist/y.d.ts': "import type { X } from './index.ts';\nimport 'undici';\n",
      'dist/z.d.ts': 'export type Z = 1;',
      'dist/unused.d.ts': "export * from './z.ts';",
    };
    const kept = reachable(['dist/index.d.ts'], (file) => texts[file]);
    expect([...kept].toSorted()).toEqual([
      'dist/deep/x.d.ts',
      'dist/index.d.ts',
      'dist/y.d.ts',
      'dist/z.d.ts',
    ]);
  });
});

describe('a changelog', () => {
  it('says what users see, and each used package once', async () => {
    const { getReleaseLine, getDependencyReleaseLine } = changelog;
    expect(await getReleaseLine({ summary: 'fix: one\ntwo\n\nthree\n' })).toBe(
      '- fix: one\n  two\n\n  three',
    );
    expect(
      await getDependencyReleaseLine(
        [{}, {}],
        [
          { name: '@keyturn/core', newVersion: '1.1.0' },
          { name: '@keyturn/http', newVersion: '1.0.1' },
        ],
      ),
    ).toBe('- Uses @keyturn/core 1.1.0, @keyturn/http 1.0.1.');
    expect(await getDependencyReleaseLine([], [])).toBe('');
  });
});
