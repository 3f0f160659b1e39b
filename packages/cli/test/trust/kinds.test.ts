import { expect, it } from 'vitest';

import { makePlace, type Ended, type Place } from '../keyturn.ts';
import { packageOf, ran, write } from './planted.ts';

const SINKS = ['github:acme/web'];

/** Where a package's name made of it would lead out of `node_modules`, into a folder of the checkout. */
const AWAY = 'x/../../../evil';

function config(kind: string, sinks: readonly string[] = SINKS): string {
  return JSON.stringify({ issuer: { kind, org: 'acme' }, rotations: { ci: { sinks } } });
}

async function plant(place: Place, role: 'issuer' | 'sink'): Promise<void> {
  await write(place.folder, {
    'node_modules/.keep': '',
    ...packageOf(place.folder, 'evil', role, AWAY),
  });
}

function expectRefused({ code, stderr, stdout }: Ended, text: string): void {
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(text);
  // The message, and its hint.
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
}

it.each([
  ['status'],
  ['plan'],
  ['rotate'],
  ['audit'],
  ['discover', 'github:acme'],
  ['token', 'list'],
])('a kind of an issuer that is a path loads nothing: %s %s', async (...args) => {
  const place = await makePlace();
  await plant(place, 'issuer');
  await write(place.folder, { 'keyturn.config.json': config(AWAY) });
  expectRefused(await place.keyturn(args), 'kind');
  expect(await ran(place)).toEqual([]);
});

it.each([
  [['plan', '--sink', AWAY]],
  [['plan', '--sink', `${AWAY}:acme`]],
  [['plan', '--sink', `!${AWAY}:acme`]],
  [['token', 'create', '--name', 'a', '--sink', `${AWAY}:acme`]],
])('so does one of a sink on the command line: %j', async (args) => {
  const place = await makePlace();
  await plant(place, 'sink');
  expectRefused(await place.keyturn(args), AWAY);
  expect(await ran(place)).toEqual([]);
});

it('so does one of a scope, and of a sink in the configuration', async () => {
  const place = await makePlace();
  await plant(place, 'sink');
  const scope = await place.keyturn(['discover', `${AWAY}:acme`]);
  expect([scope.code, scope.stdout + scope.stderr]).toEqual([2, expect.stringContaining(AWAY)]);
  await write(place.folder, { 'keyturn.config.json': config('planetscale', [`${AWAY}:acme`]) });
  expectRefused(await place.keyturn(['plan']), 'rotations.ci.sinks[0]');
  expect(await ran(place)).toEqual([]);
});

it.each([
  'Planetscale',
  'a/b',
  '..',
  '@keyturn/issuer-planetscale',
  'plänet',
  'x'.repeat(65),
  '-x',
])('a kind is a name: %s is none', async (kind) => {
  const place = await makePlace();
  await write(place.folder, { 'keyturn.config.json': config(kind) });
  const { code, stderr } = await place.keyturn(['status']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('kind')]);
});

it('a folder of the checkout is no dependency, and a manifest with no kind no adapter', async () => {
  const place = await makePlace();
  await write(place.folder, {
    'package.json': JSON.stringify({ dependencies: { './evil': '*', odd: '*' } }),
    ...packageOf(place.folder, 'evil', 'sink', 'evil'),
    ...packageOf(place.folder, 'node_modules/odd', 'sink', '../odd'),
  });
  const { code, stderr } = await place.keyturn(['plan', '--sink', 'evil:acme', '--org', 'acme']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('sink "evil"')]);
  const { stdout } = await place.keyturn(['adapters', '--json']);
  expect(stdout).not.toMatch(/odd|evil/);
  expect(await ran(place)).toEqual([]);
});
