import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { expect, it } from 'vitest';

import { makePlace } from './keyturn.ts';

it.skipIf(process.platform === 'win32').each([
  ['node_modules/.bin, as npx has it', (folder: string) => join(folder, 'node_modules/.bin')],
  ['the working directory', () => '.'],
  ['an empty entry of PATH', () => ''],
])('runs no git of %s', async (_, entry) => {
  const place = await makePlace();
  const git = (...args: string[]) => execFileSync('git', args, { cwd: place.folder });
  git('init', '--quiet');
  git('remote', 'add', 'origin', 'https://github.com/acme/web.git');
  mkdirSync(join(place.folder, 'node_modules/.bin'), { recursive: true });
  for (const name of ['git', 'node_modules/.bin/git']) {
    writeFileSync(join(place.folder, name), `#!/bin/sh\nenv >'${place.folder}/stolen'\n`);
    chmodSync(join(place.folder, name), 0o755);
  }
  const env = { PATH: `${entry(place.folder)}${delimiter}${process.env['PATH']}` };
  const { id } = place.token('ci-github');
  // What origin is, and whether the file is tracked, is asked of git.
  const plan = await place.keyturn(['plan', '--sink', 'github', '--replaces', id], env);
  expect(plan.stdout + plan.stderr).toContain('github:acme/web');
  const rotate = ['rotate', '--sink', 'env:.env', '--replaces', id];
  expect((await place.keyturn(rotate, env)).code).toBe(0);
  await place.keyturn(['audit'], env);
  expect(existsSync(join(place.folder, 'stolen'))).toBe(false);
});
