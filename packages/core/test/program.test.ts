import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

import { gitEnvironment, programFile, programFolders } from '../src/index.ts';

const pathOf = (...folders: string[]) => ({ PATH: folders.join(delimiter) });

it('looks for programs in no folder that depends on where it runs, nor among packages', () => {
  const unsafe = ['', '.', 'bin', './bin', '/app/node_modules/.bin', '/app/node_modules/.bin/'];
  const safe = ['/usr/local/bin', '/app/node_modules/node/bin', '/usr/bin'];
  expect(programFolders(pathOf(...unsafe, ...safe))).toEqual(safe);
  expect(programFolders(pathOf(''))).toEqual([]);
  expect(programFolders({})).not.toEqual([]);
});

it('takes the first file that can be run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keyturn-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const folders = ['node_modules/.bin', 'text', 'folder', 'real'].map((name) => join(folder, name));
  for (const one of folders) mkdirSync(one, { recursive: true });
  const [planted = '', text = '', directory = '', real = ''] = folders.map((one) =>
    join(one, 'tool'),
  );
  mkdirSync(directory);
  for (const file of [planted, text, real]) writeFileSync(file, '#!/bin/sh\n');
  for (const file of [planted, real]) chmodSync(file, 0o755);
  expect(programFile('tool', pathOf(...folders))).toBe(real);
  expect(programFile('other-tool', pathOf(...folders))).toBeUndefined();
});

it('gives git no credential and no other variable that could lead it elsewhere', () => {
  const env = {
    ...pathOf('.', '/usr/bin'),
    HOME: '/home/ana',
    GITHUB_TOKEN: 'x',
    GIT_DIR: '/evil',
  };
  expect(gitEnvironment(env)).toEqual({ PATH: '/usr/bin', HOME: '/home/ana', LC_ALL: 'C' });
});
