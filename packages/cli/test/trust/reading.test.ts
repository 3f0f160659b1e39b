import { describe, expect, it } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';
import { packageOf, planted, ran, sinkCode, write } from './planted.ts';

const SINKS = [
  'github:acme/web',
  './sinks/vercel.mjs:web',
  'evil:acme/*',
  '!evil:acme/old',
  'exec:./put.sh',
];

function config(issuer: string, sinks: readonly string[] = SINKS): string {
  return JSON.stringify({ issuer: { kind: issuer, org: 'acme' }, rotations: { ci: { sinks } } });
}

/** Everything that could be loaded for a configuration, as somebody may plant it in a checkout. */
async function plant({ folder }: Place): Promise<void> {
  await write(folder, {
    'package.json': JSON.stringify({
      dependencies: { 'keyturn-sink-evil': '*', '@keyturn/sink-github': '*', 'other-store': '*' },
    }),
    'sinks/vercel.mjs': planted(folder, 'module'),
    'put.sh': `#!/bin/sh\ntouch '${folder}/ran-program'\n`,
    ...packageOf(folder, 'node_modules/keyturn-sink-evil', 'sink', 'evil'),
    ...packageOf(folder, 'node_modules/keyturn-issuer-evil', 'issuer', 'evil'),
    ...packageOf(folder, 'node_modules/@keyturn/sink-github', 'sink', 'github'),
    ...packageOf(folder, 'node_modules/@keyturn/issuer-planetscale', 'issuer', 'planetscale'),
    ...packageOf(folder, 'node_modules/@keyturn/store-file', 'store', 'file'),
    ...packageOf(folder, 'node_modules/other-store', 'store', 'file'),
  });
}

interface Stands {
  readonly rotations: readonly object[];
}

describe('who only reads ledgers runs no code of the checkout', () => {
  it.each([
    ['status', '--json'],
    ['status', '--check'],
    ['status', '--metrics'],
    ['status', '--html', '-'],
    ['status', '--sink', './sinks/vercel.mjs'],
    ['history', '--json'],
    ['history', '--metrics'],
    ['adapters'],
    ['completion', 'bash'],
    ['__complete', 'zsh', 'status', '--sink', ''],
  ])('%s %s', async (...args) => {
    const place = await makePlace();
    await plant(place);
    for (const issuer of ['planetscale', 'evil']) {
      await write(place.folder, { 'keyturn.config.json': config(issuer) });
      const { code, stderr } = await place.keyturn(args);
      expect([code, stderr]).toEqual([args.includes('--check') ? 6 : 0, '']);
    }
    expect(await ran(place)).toEqual([]);
  });

  it('status knows the sinks of a pattern whose adapter is not loaded', async () => {
    const place = await makePlace();
    const { folder } = place;
    const configure = (...sinks: readonly string[]): Promise<void> =>
      write(folder, { 'keyturn.config.json': config('planetscale', sinks) });
    await write(folder, {
      'sinks/vercel.mjs': sinkCode('vercel'),
      ...packageOf(folder, 'node_modules/keyturn-sink-shelf', 'sink', 'shelf', sinkCode('shelf')),
    });
    await configure('./sinks/vercel.mjs:a/x', 'shelf:a/x', 'shelf:a/y', 'shelf:a/z');
    const replaces = ['--replaces', place.token('ci-github').id];
    expect((await place.keyturn(['rotate', ...replaces])).code).toBe(0);
    await configure('./sinks/vercel.mjs:a/*', 'shelf:a/*?topic=ci', '!shelf:a/z');
    const { rotations } = JSON.parse((await place.keyturn(['status', '--json'])).stdout) as Stands;
    expect(rotations).toMatchObject([
      {
        sinks: [{ id: 'vercel:a/x' }, { id: 'shelf:a/x' }, { id: 'shelf:a/y' }],
        formerSinks: [{ id: 'shelf:a/z' }],
      },
    ]);
  });

  it('status says the same of a module and of a package as when they could be loaded', async () => {
    const place = await makePlace();
    const { folder } = place;
    await write(folder, {
      'keyturn.config.json': config('planetscale', ['./sinks/vercel.mjs:web', 'shelf:A']),
      'sinks/vercel.mjs': sinkCode('vercel'),
      ...packageOf(folder, 'node_modules/keyturn-sink-shelf', 'sink', 'shelf', sinkCode('shelf')),
    });
    const replaces = ['--replaces', place.token('ci-github').id];
    const rotated = await place.keyturn(['rotate', ...replaces, '--grace', '0']);
    expect([rotated.code, rotated.stderr]).toEqual([0, expect.any(String)]);
    expect(await ran(place)).toHaveLength(1);
    await write(folder, {
      'sinks/vercel.mjs': planted(folder, 'module'),
      ...packageOf(folder, 'node_modules/keyturn-sink-shelf', 'sink', 'shelf'),
    });
    const { rotations } = JSON.parse((await place.keyturn(['status', '--json'])).stdout) as Stands;
    expect(rotations).toMatchObject([
      { sinks: [{ id: 'vercel:web' }, { id: 'shelf:A' }], formerSinks: [] },
    ]);
    expect((await place.keyturn(['status', '--check'])).code).toBe(0);
    expect(await ran(place)).toHaveLength(1);
  });
});
