import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { leftoverText } from '@keyturn/host/session';

import { makePlace, type Place } from './keyturn.ts';

/** Of a machine that is gone, so that nothing here can know whether it still runs. */
const TICKET = '12-34-0123456789ab-0123456789abcdef-build-7';

function configure({ folder }: Place, ...sinks: string[]): void {
  const config = { issuer: { kind: 'planetscale', org: 'acme' }, rotations: { local: { sinks } } };
  writeFileSync(join(folder, 'keyturn.config.json'), JSON.stringify(config));
}

/** A place whose ledger knows `env:app/.env`, and what a killed delivery there left. */
async function leftBehind(): Promise<{ place: Place; path: string }> {
  const place = await makePlace();
  mkdirSync(join(place.folder, 'app'));
  configure(place, 'env:app/.env');
  const { id } = place.token('ci-github');
  expect((await place.keyturn(['rotate', 'local', '--replaces', id])).code).toBe(0);
  const lock = join(place.folder, 'app/.env.keyturn-lock', TICKET);
  mkdirSync(lock, { recursive: true });
  writeFileSync(join(lock, 'new'), 'TOKEN=left\n', { mode: 0o600 });
  return { place, path: join(lock, 'new') };
}

it('is named by status and doctor, with what to do', async () => {
  const { place, path } = await leftBehind();
  const status = await place.keyturn(['status', '--check', '--json']);
  expect(status.code).toBe(6);
  expect(JSON.parse(status.stdout).rotations[0].findings[0]).toEqual({
    rule: 'plaintext-left',
    severity: 'problem',
    ...leftoverText({ path, by: 'process 12 on build-7', sink: 'env:app/.env' }),
  });
  const doctor = await place.keyturn(['doctor', '--json']);
  expect(doctor.code).toBe(6);
  expect(JSON.parse(doctor.stdout).diagnoses).toContainEqual(
    expect.objectContaining({
      rule: 'sink-plaintext',
      severity: 'problem',
      text: expect.stringContaining(path),
      fix: expect.stringContaining(`rm ${path}`),
    }),
  );
});

it('is named where the configuration does not mean the sink any more, or another folder', async () => {
  const { place, path } = await leftBehind();
  configure(place, 'env:other.env');
  const told = async (...args: string[]) => (await place.keyturn([...args, '--json'])).stdout;
  expect(await told('status')).toContain(path);
  expect(await told('doctor')).toContain(path);
  configure(place, 'env:.env');
  mkdirSync(join(place.folder, 'moved'));
  const config = { issuer: { kind: 'planetscale', org: 'acme' } };
  const rotations = { local: { sinks: ['env:app/.env'] } };
  const file = join(place.folder, 'moved/keyturn.config.json');
  writeFileSync(file, JSON.stringify({ ...config, rotations }));
  const state = join(place.folder, '.keyturn');
  const moved = await place.keyturn(['status', '--config', file, '--json'], {
    KEYTURN_STATE: state,
  });
  expect(moved.stdout).toContain(path);
});
