import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ID, makePlace, runBin, TOKEN, type Place } from './keyturn.ts';

const line = (old: string): string[] => [
  'rotate',
  '--sink',
  'github:acme/web',
  '--org',
  'acme',
  '--replaces',
  old,
  '--grace',
  '0',
  '--json',
];

const actionsOf = (place: Place): object =>
  (place.sandbox.state().github as unknown as Record<string, { actions: object }>)['acme/web']
    ?.actions ?? {};

describe('keyturn rotate without a configuration', () => {
  it('replaces the token in the repository and revokes the old one', async () => {
    const place = await makePlace();
    const old = place.token('ci-github');
    const neighbour = (): unknown =>
      Object.entries(actionsOf(place)).filter(([name]) => name !== ID && name !== TOKEN);
    const before = neighbour();
    const { code, stdout } = await place.keyturn(line(old.id));
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    const [rotation] = document.rotations;
    const fresh = place.token(rotation.current.id);
    expect(document).toMatchObject({ schemaVersion: 1, warnings: [] });
    expect(rotation).toMatchObject({
      outcome: 'rotated',
      phase: 'idle',
      revoked: [old.id],
      kept: [],
      graceUntil: null,
      sinks: [{ id: 'github:acme/web', status: 'delivered' }],
    });
    expect([place.secret('acme/web', ID), place.secret('acme/web', TOKEN)]).toEqual([
      fresh.id,
      fresh.token,
    ]);
    expect(fresh.accesses).toEqual(old.accesses);
    expect(place.token(old.id).revokedAt).not.toBeNull();
    expect(neighbour()).toEqual(before);
  });

  it('leaves alone what is young: the same line again only looks', async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    await place.keyturn(line(old));
    const { code, stdout } = await place.keyturn(line(old));
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      outcome: 'current',
      requests: { planetscale: 1, github: 1 },
      sinks: [{ status: 'unchanged' }],
    });
  });

  it('reads the key once and writes each secret once', async () => {
    const place = await makePlace();
    const { stdout } = await place.keyturn(line(place.token('ci-github').id));
    // Its names on first contact and what is near them, the repository, and the stamps of what was written.
    expect(JSON.parse(stdout).rotations[0].requests.github).toBe(3 + 5 + 3);
    const again = await place.keyturn([...line(place.token('ci-github').id), '--force']);
    expect(JSON.parse(again.stdout).rotations[0].requests.github).toBe(3 + 2);
  });

  it('works as the bin rotate', async () => {
    const place = await makePlace();
    const [, ...rest] = line(place.token('ci-github').id);
    const { code, stdout } = await runBin('rotate.js', rest, place.sandbox.env, place.folder);
    expect([code, JSON.parse(stdout).rotations[0].outcome]).toEqual([0, 'rotated']);
  });
});

describe('keyturn rotate with a configuration', () => {
  const yaml = `
issuer: { kind: planetscale, org: acme }
rotations:
  ci-github:
    grace: 1h
    sinks: [github:acme/web, "env:.env.ci"]
`;

  it('writes every sink, keeps the old token for the grace, and status tells', async () => {
    const place = await makePlace();
    await writeFile(join(place.folder, 'keyturn.config.yaml'), yaml);
    const old = place.token('ci-github').id;
    const { code, stdout, stderr } = await place.keyturn([
      'rotate',
      'ci-github',
      '--replaces',
      old,
    ]);
    expect(stderr).toContain('ci-github: delivered github:acme/web\n');
    expect(stdout).toMatch(/^ci-github grace in/);
    expect(code).toBe(0);
    const file = await readFile(join(place.folder, '.env.ci'), 'utf8');
    expect(file).toBe(
      `${ID}=${place.secret('acme/web', ID)}\n${TOKEN}=${place.secret('acme/web', TOKEN)}\n`,
    );
    expect((await stat(join(place.folder, '.env.ci'))).mode & 0o777).toBe(0o600);
    expect(place.token(old).revokedAt).toBeNull();

    const status = JSON.parse((await place.keyturn(['status', '--json'])).stdout).rotations[0];
    expect(status).toMatchObject({
      phase: 'grace',
      due: null,
      sinks: [{ inStep: true }, { inStep: true }],
      kept: [{ id: old, sinks: [] }],
    });
    const later = await place.keyturn(['rotate', '--grace', '0']);
    expect(later.code).toBe(0);
    expect(place.token(old).revokedAt).not.toBeNull();
    expect((await place.keyturn(['status', '--check'])).code).toBe(0);
  });

  it('writes only the sinks of a filter, and says who may hold the old token', async () => {
    const place = await makePlace();
    await writeFile(join(place.folder, 'keyturn.config.yaml'), yaml);
    const old = place.token('ci-github').id;
    const { code, stdout } = await place.keyturn([
      'rotate',
      '--sink',
      'github',
      '--replaces',
      old,
      '--grace',
      '0',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rotations[0]).toMatchObject({
      kept: [{ id: old, reason: 'held', sinks: ['env:.env.ci'] }],
      sinks: [{ status: 'delivered' }, { status: 'skipped' }],
    });
    expect((await place.keyturn(['status', '--check'])).code).toBe(6);
  });

  it.each(['keyturn.config.ts', 'keyturn.config.mjs', 'keyturn.config.json'])(
    'reads %s',
    async (name) => {
      const place = await makePlace();
      const json = JSON.stringify({
        issuer: { kind: 'planetscale', org: 'acme' },
        rotations: { ci: { sinks: ['env:.env'] } },
      });
      await writeFile(
        join(place.folder, name),
        name.endsWith('json')
          ? json
          : `export default ${json}${name.endsWith('.ts') ? ' satisfies object' : ''};\n`,
      );
      const { code, stdout } = await place.keyturn([
        'plan',
        '--replaces',
        place.token('ci-github').id,
        '--json',
      ]);
      expect([code, JSON.parse(stdout).rotations[0].outcome]).toEqual([0, 'planned']);
    },
  );
});

describe('keyturn plan', () => {
  it('makes every check and changes nothing', async () => {
    const place = await makePlace();
    const before = JSON.stringify(place.tokens());
    const { code, stdout } = await place.keyturn([
      'plan',
      '--sink',
      'github:acme/web',
      '--org',
      'acme',
      '--replaces',
      place.token('ci-github').id,
    ]);
    expect([code, stdout.includes('planned')]).toEqual([0, true]);
    expect(stdout).toContain('\n  to write   github:acme/web\n');
    expect(JSON.stringify(place.tokens().map(({ id, revokedAt }) => [id, revokedAt]))).toBe(
      JSON.stringify(
        (JSON.parse(before) as { id: string; revokedAt: null }[]).map(({ id, revokedAt }) => [
          id,
          revokedAt,
        ]),
      ),
    );
  });
});
