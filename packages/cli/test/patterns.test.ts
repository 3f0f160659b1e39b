import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf, startSandbox, type World } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { installCore } from './author.ts';
import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';

/** The sandbox's own world, with these repositories in place of its own. */
async function worldWith(repositories: NonNullable<World['github']>): Promise<World> {
  const sandbox = await startSandbox();
  const { github: { tokens, organizations } = {}, ...world } = sandbox.state();
  await sandbox.close();
  return {
    ...world,
    github: { tokens, organizations, ...repositories } as NonNullable<World['github']>,
  };
}

const REPOSITORIES: NonNullable<World['github']> = {
  'acme/web': { topics: ['service'] },
  'acme/api': { topics: ['service'], environments: { production: {} } },
  'acme/legacy-shop': {},
  'acme/old': { archived: true },
};

async function placeWith(
  sinks: readonly string[],
  repositories: NonNullable<World['github']> = REPOSITORIES,
): Promise<Place> {
  const place = await makePlace(await worldWith(repositories));
  const rotations = { ci: { grace: '0', sinks } };
  await writeFile(
    join(place.folder, 'keyturn.config.json'),
    JSON.stringify({ issuer: { kind: 'planetscale', org: 'acme' }, rotations }),
  );
  return place;
}

const SHOP = `
import { defineSink } from '@keyturn/core';
export default defineSink({
  kind: 'shop',
  options: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } },
  env: [],
  parseTarget: ({ text }) => text,
  connect: (id) => ({
    id,
    supports: { readBack: 'none', atomic: true, remove: false },
    limits: {},
    check: async () => ({ warnings: [] }),
    deliver: async () => ({ at: '2026-01-01T00:00:00.000Z' }),
    confirm: async () => 'unreadable',
  }),
  patterns: {
    filters: [],
    async *list() {
      for (const path of ['a', 'b', 'c?shelf=2', 'x1']) yield { path };
    },
  },
});
`;

const ids = (stdout: string): string[] =>
  JSON.parse(stdout).rotations.flatMap(({ sinks }: { sinks: { id: string }[] }) =>
    sinks.map(({ id }) => id),
  );
const asked = ({ sandbox }: Place) => controlOf(sandbox).requests();

const FIRST = (place: Place): string[] => ['--replaces', place.token('ci-github').id, '--json'];

describe('a pattern in the configuration', () => {
  it('is listed by plan, without what is excluded, and with what is archived as a warning', async () => {
    const place = await placeWith(['github:acme/*', '!github:acme/legacy-*', 'env:.env.ci']);
    const { code, stdout, stderr } = await place.keyturn(['plan', ...FIRST(place)]);
    expect(ids(stdout)).toEqual(['env:.env.ci', 'github:acme/web', 'github:acme/api']);
    expect(JSON.parse(stdout)).toMatchObject({
      rotations: [{ outcome: 'planned' }],
      warnings: [expect.stringMatching(/^ci: .*archived: github:acme\/old$/)],
    });
    expect(stderr).toMatch(/^keyturn: ci: .*archived: github:acme\/old$/m);
    expect(code).toBe(0);
  });

  it('is resolved by every run: a repository that is new gets a token, and status asks nobody', async () => {
    const place = await placeWith(['github:acme/*?topic=service']);
    const { code, stdout } = await place.keyturn(['rotate', ...FIRST(place)]);
    const fresh = JSON.parse(stdout).rotations[0];
    expect([code, fresh.outcome, ids(stdout)]).toEqual([
      0,
      'rotated',
      ['github:acme/web', 'github:acme/api'],
    ]);
    expect(place.secret('acme/api', ID)).toBe(fresh.current.id);
    expect(place.secret('acme/legacy-shop', ID)).toBeUndefined();
    // One for the pattern; of each repository its key, itself, its names, two writes and their stamps; and, since none of them has
    // the names, what else is there.
    expect(fresh.requests.github).toBeGreaterThanOrEqual(13);
    expect(fresh.requests.github).toBeLessThanOrEqual(13 + 2 * 11);

    const before = (await asked(place)).length;
    const status = await place.keyturn(['status', '--check', '--json']);
    expect([status.code, ids(status.stdout)]).toEqual([0, ['github:acme/web', 'github:acme/api']]);
    expect(await asked(place)).toHaveLength(before);

    await writeFile(
      join(place.folder, 'keyturn.config.json'),
      JSON.stringify({
        issuer: { kind: 'planetscale', org: 'acme' },
        rotations: { ci: { grace: '0', sinks: ['github:acme/*'] } },
      }),
    );
    const later = await place.keyturn(['rotate', '--json']);
    expect(JSON.parse(later.stdout).rotations[0]).toMatchObject({
      outcome: 'rotated',
      reason: 'out-of-step',
      sinks: [{ status: 'delivered' }, { status: 'delivered' }, { status: 'delivered' }],
    });
    const ours = place.tokens().filter(({ name }) => name.startsWith('keyturn-'));
    expect(ours.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
  });

  it('goes on without a repository that cannot be reached, which keeps the old token alive', async () => {
    const place = await placeWith(['github:acme/*']);
    await controlOf(place.sandbox).fault({
      provider: 'github',
      method: 'GET',
      path: '/repos/acme/api/',
      times: 9,
      action: { status: 403, body: '{"message":"no"}' },
    });
    const old = place.token('ci-github').id;
    const { code, stdout, stderr } = await place.keyturn(['rotate', ...FIRST(place)]);
    expect(code).toBe(3);
    const [rotation] = JSON.parse(stdout).rotations;
    expect(rotation).toMatchObject({
      outcome: 'incomplete',
      revoked: [],
      kept: [{ id: old, reason: 'held', sinks: ['github:acme/api'] }],
      sinks: [
        { id: 'github:acme/web', status: 'delivered' },
        { id: 'github:acme/api', status: 'failed', error: { code: 'PERMISSION_DENIED' } },
        { id: 'github:acme/legacy-shop', status: 'delivered' },
      ],
    });
    expect(stderr).toContain('github:acme/api');
    expect(place.secret('acme/web', TOKEN)).toBe(place.token(rotation.current.id).token);
    expect(place.token(old).revokedAt).toBeNull();
  });

  it('can be filtered to one of its repositories, or by a pattern', async () => {
    const place = await placeWith(['github:acme/*']);
    const one = await place.keyturn(['rotate', '--sink', 'github:acme/web', ...FIRST(place)]);
    expect(JSON.parse(one.stdout).rotations[0].sinks).toEqual([
      { id: 'github:acme/web', status: 'delivered' },
      { id: 'github:acme/api', status: 'skipped' },
      { id: 'github:acme/legacy-shop', status: 'skipped' },
    ]);
    expect(place.token('ci-github').revokedAt).toBeNull();
    const some = await place.keyturn(['rotate', '--sink', 'github:acme/*-*', '--json']);
    expect(JSON.parse(some.stdout).rotations[0].sinks).toMatchObject([
      { status: 'skipped' },
      { status: 'skipped' },
      { id: 'github:acme/legacy-shop', status: 'delivered' },
    ]);
    const bad = await place.keyturn(['rotate', '--sink', 'github:acme/*?topic=service']);
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('--sink')]);
  });

  it('asks nothing of a platform that a filter leaves out, once the token in use is known', async () => {
    const place = await placeWith(['github:acme/*', 'env:.env.ci']);
    await place.keyturn(['rotate', ...FIRST(place)]);
    const { code, stdout } = await place.keyturn(['rotate', '--sink', 'env', '--force', '--json'], {
      GITHUB_TOKEN: undefined,
      GH_TOKEN: undefined,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      sinks: [{ id: 'env:.env.ci', status: 'delivered' }, {}, {}, {}],
      kept: [{ reason: 'held' }],
    });
  });

  it('takes the token in use to be in every repository, also where a filter leaves them out', async () => {
    const place = await placeWith(['github:acme/*', 'env:.env.ci']);
    const { stdout } = await place.keyturn(['rotate', '--sink', 'env', ...FIRST(place)]);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      outcome: 'rotated',
      revoked: [],
      kept: [
        {
          reason: 'held',
          sinks: ['github:acme/web', 'github:acme/api', 'github:acme/legacy-shop'],
        },
      ],
    });
  });

  it('means what a module of the user lists, whatever names that has', async () => {
    const place = await placeWith(['./shop.mjs:*', '!./shop.mjs:b?shelf=2', '!./shop.mjs:x*']);
    await installCore(place.folder);
    await writeFile(join(place.folder, 'shop.mjs'), SHOP);
    const { stdout, stderr } = await place.keyturn(['plan', ...FIRST(place)]);
    expect(ids(stdout)).toEqual(['shop:a', 'shop:b']);
    expect(stderr).toMatch(/skipped.*: shop:c\?shelf=2$/m);
  });

  it.each([
    ['no sink is left', ['github:acme/none-*'], 'ci: github:acme/none-* matches nothing'],
    ['all are archived', ['github:acme/old*'], 'ci: skipped'],
    ['all are excluded', ['github:acme/*', '!github:acme/*'], ''],
  ])('fails the rotation where %s', async (_, sinks, warning) => {
    const place = await placeWith(sinks);
    const { code, stdout, stderr } = await place.keyturn(['rotate', ...FIRST(place)]);
    expect(code).toBe(4);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'TARGET_NOT_FOUND' },
    });
    expect(stderr).toContain(warning);
  });

  it('only warns where another sink is left', async () => {
    const place = await placeWith(['env:.env.ci', 'github:acme/none-*']);
    const { code, stdout } = await place.keyturn(['rotate', ...FIRST(place)]);
    expect([code, JSON.parse(stdout).warnings]).toEqual([
      0,
      ['ci: github:acme/none-* matches nothing'],
    ]);
  });

  it('names a sink once that is also written itself, which no exclusion takes away', async () => {
    const place = await placeWith([
      'github:acme/*',
      'github:acme/web',
      'github:acme/*?topic=service',
      '!github:acme/*',
    ]);
    const { stdout } = await place.keyturn(['plan', ...FIRST(place)]);
    expect(ids(stdout)).toEqual(['github:acme/web']);
  });

  it('fails its own rotation alone where the list cannot be read', async () => {
    const place = await placeWith(['github:acme/*']);
    await writeFile(
      join(place.folder, 'keyturn.config.json'),
      JSON.stringify({
        issuer: { kind: 'planetscale', org: 'acme' },
        rotations: {
          ci: { sinks: ['github:acme/*'] },
          own: { sinks: ['env:.env.ci'], token: { permissions: ['read_organization'] } },
        },
      }),
    );
    const { stdout } = await place.keyturn(['rotate', '--json'], {
      GITHUB_TOKEN: 'wrong',
      GH_TOKEN: 'wrong',
    });
    expect(JSON.parse(stdout).rotations).toMatchObject([
      { name: 'ci', outcome: 'failed', error: { code: 'AUTH_DENIED' } },
      { name: 'own', outcome: 'rotated' },
    ]);
  });
});

describe('a pattern on the command line', () => {
  it('works without a configuration, under one name whatever it matches', async () => {
    const place = await makePlace(await worldWith(REPOSITORIES));
    const line = ['rotate', '--sink', 'github:acme/*', '--sink', '!github:acme/legacy-*'];
    const run = [...line, '--org', 'acme', '--grace', '0'];
    const first = JSON.parse((await place.keyturn([...run, ...FIRST(place)])).stdout);
    expect(first.rotations[0]).toMatchObject({
      outcome: 'rotated',
      sinks: [{ id: 'github:acme/web' }, { id: 'github:acme/api' }],
    });
    const again = JSON.parse((await place.keyturn([...run, '--json'])).stdout);
    expect(again.rotations[0]).toMatchObject({
      name: first.rotations[0].name,
      outcome: 'current',
      // The pattern, and a look at each repository.
      requests: { github: 3 },
    });
  });

  it('means every page: a thousand repositories in one run', async () => {
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`acme/r${i}`, {}]));
    const place = await makePlace(await worldWith(many));
    const { code, stdout } = await place.keyturn([
      'rotate',
      '--sink',
      'github:acme/*',
      '--org',
      'acme',
      ...FIRST(place),
    ]);
    const [rotation] = JSON.parse(stdout).rotations;
    expect([code, rotation.outcome]).toEqual([0, 'rotated']);
    // None has the names, so that jobs may read the old one under others.
    expect(rotation.kept).toMatchObject([{ reason: 'unseen' }]);
    expect(new Set(ids(stdout)).size).toBe(1000);
    expect(rotation.requests.github).toBeLessThanOrEqual(10 + 6 * 1000 + 20 * 11);
    expect(place.secret('acme/r999', ID)).toBe(rotation.current.id);
  }, 60_000);
});
