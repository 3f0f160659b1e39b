import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';
import { parse } from 'yaml';

import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';
import { blocksOf, runHere } from './program-here.ts';

const example = fileURLToPath(new URL('../../../examples/github-monorepo', import.meta.url));
const WORKFLOW = '.github/workflows/keyturn.yml';
const read = (path: string): Promise<string> => readFile(path, 'utf8');

/** The example in a checkout whose origin is on this machine, after `npm install`, with an env file. */
async function checkout(): Promise<Place> {
  const place = await makePlace();
  const { folder } = place;
  const filter = (path: string): boolean => !path.includes('node_modules');
  await cp(example, folder, { recursive: true, filter });
  const lock = { packages: { 'node_modules/@keyturn/cli': { version: '1.0.0' } } };
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  await mkdir(join(folder, 'apps/web'), { recursive: true });
  const { id, token } = place.token('ci-circleci');
  await writeFile(join(folder, 'apps/web/.env.local'), `${ID}=${id}\n${TOKEN}=${token}\nPORT=1\n`);
  const git = (...args: readonly string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@a', ...args], {
      cwd: folder,
    });
  await git('init', '--quiet', '--bare', 'origin.git');
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('remote', 'add', 'origin', join(folder, 'origin.git'));
  await git('add', '.github', 'keyturn.config.yaml');
  await git('commit', '--quiet', '-m', 'first');
  await git('push', '--quiet', 'origin', 'main');
  return place;
}

it('rotates as the README of examples/github-monorepo says, and then every day', async () => {
  const place = await checkout();
  const blocks = blocksOf(await read(join(example, 'README.md')), 'sh').join('');
  const workflow = parse(await read(join(example, WORKFLOW))) as {
    jobs: { rotate: { steps: { name?: string; run?: string }[] } };
  };
  const step = workflow.jobs.rotate.steps.find(({ name }) => name === 'Rotate')?.run ?? '';
  const lines = blocks.split('\n').filter((line) => line.startsWith('npx '));
  expect(lines.length).toBeGreaterThan(6);
  const ci = step.replace('node_modules/.bin/', '');
  for (const line of [...lines, ci, ci])
    expect([line, await runHere(place, line)]).toMatchObject([line, { code: 0 }]);

  const id = place.secret('acme/web', ID);
  expect(id).not.toBe(place.token('ci-github').id);
  expect(place.tokens().find((one) => one.id === id)).toMatchObject({ revokedAt: null });
  // Each rotation has a token of its own.
  const file = await read(join(place.folder, 'apps/web/.env.local'));
  expect(file).toMatch(/^PORT=1$/m);
  expect(file).not.toContain(id);
  expect(file).not.toContain(place.token('ci-circleci').id);
}, 60_000);

it('has the workflow that init writes for its configuration', async () => {
  const place = await checkout();
  await rm(join(place.folder, WORKFLOW));
  await runHere(place, 'keyturn init github:acme env:apps/web --ci github --org acme --yes');
  expect(await read(join(place.folder, WORKFLOW))).toBe(await read(join(example, WORKFLOW)));
}, 60_000);
