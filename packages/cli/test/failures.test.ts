import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { controlOf } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { makePlace, type Ended, type Place } from './keyturn.ts';
import { fault } from './running.ts';

/** One line of what went wrong, one of what to do, and nothing of how the program is made. */
function expectClear({ stderr, stdout }: Ended): void {
  expect(stderr + stdout).not.toMatch(/\n\s+at |node:internal|Error:/);
}

const rotateWeb = (place: Place): string[] => [
  'rotate',
  '--sink',
  'github:acme/web',
  '--org',
  'acme',
  '--replaces',
  place.token('ci-github').id,
  '--grace',
  '0',
];

describe('what stops a rotation', () => {
  it.each<
    [string, number, string, (place: Place) => [string[], Record<string, string | undefined>]]
  >([
    [
      'a wrong token',
      4,
      'AUTH_DENIED',
      (place) => [
        rotateWeb(place),
        { PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_wrongwrongwrongwrongwrongwrongwrongwrongwro' },
      ],
    ],
    [
      'a token of GitHub that is wrong',
      4,
      'AUTH_DENIED',
      (place) => [rotateWeb(place), { GITHUB_TOKEN: 'ghp_wrong' }],
    ],
    [
      'an unknown repository',
      4,
      'TARGET_NOT_FOUND',
      (place) => [rotateWeb(place).map((arg) => arg.replace('acme/web', 'acme/nothing')), {}],
    ],
    [
      'an unknown organization',
      4,
      'TARGET_NOT_FOUND',
      (place) => [[...rotateWeb(place), '--org', 'acne'], {}],
    ],
    [
      'an unreachable host',
      3,
      'NETWORK_FAILED',
      (place) => [rotateWeb(place), { GITHUB_API_URL: 'http://127.0.0.1:9' }],
    ],
    [
      'no credentials',
      2,
      'CREDENTIALS_MISSING',
      (place) => [
        rotateWeb(place),
        {
          PLANETSCALE_SERVICE_TOKEN: undefined,
          PLANETSCALE_SERVICE_TOKEN_ID: undefined,
          PLANETSCALE_API_TOKEN: undefined,
        },
      ],
    ],
    [
      'an unknown predecessor',
      2,
      'TOKEN_NOT_FOUND',
      (place) => [[...rotateWeb(place), '--replaces', 'zzzzzzzzzzzz'], {}],
    ],
    [
      'no predecessor to copy from',
      2,
      'PREDECESSOR_UNKNOWN',
      () => [['rotate', '--sink', 'github:acme/web', '--org', 'acme'], {}],
    ],
  ])('%s: exit %d, %s', async (_, code, error, setUp) => {
    const place = await makePlace();
    const before = place.tokens().map(({ id, revokedAt }) => [id, revokedAt]);
    const [args, env] = setUp(place);
    const ended = await place.keyturn([...args, '--json'], env);
    expect(ended.code).toBe(code);
    const [rotation] = JSON.parse(ended.stdout).rotations;
    expect(rotation.error.code).toBe(error);
    expect(rotation.error.hint).toMatch(/^[^\n]+$/);
    expectClear(ended);
    expectClear(await place.keyturn(args, env));
    expect(place.tokens().map(({ id, revokedAt }) => [id, revokedAt])).toEqual(before);
    expect(await readdir(place.folder)).not.toContain('.env');
  });

  it.each<[string, string[], string]>([
    ['a kind with a slip', ['rotate', '--sink', 'githib:acme/web'], 'Did you mean "github"?'],
    [
      'a sink that is not installed',
      ['rotate', '--sink', 'postgres:x'],
      'github, gitlab, circleci',
    ],
    ['an option with a slip', ['rotate', '--grase', '1h'], '--grace'],
    ['a command with a slip', ['rotat'], 'rotate'],
    [
      'a duration that is none',
      ['rotate', '--sink', 'env:.env', '--grace', 'soon'],
      'Use a number and a unit',
    ],
    ['nothing to rotate', ['rotate'], 'Run keyturn init'],
    ['a configuration that is not there', ['rotate', '--config', 'none.yaml'], ''],
  ])('%s: exit 2 and what to do', async (_, args, hint) => {
    const place = await makePlace();
    const ended = await place.keyturn(args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(hint);
    expectClear(ended);
  });

  it('names the ledgers of rotations that had no configuration, and opens nothing that they name', async () => {
    const place = await makePlace();
    expect((await place.keyturn(rotateWeb(place))).code).toBe(0);
    const before = (await controlOf(place.sandbox).requests()).length;
    const ended = await place.keyturn(['status']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/there are ledgers: github-acme-web-[0-9a-f]{8}\n/);
    expect(ended.stderr).toContain('keyturn history');
    expectClear(ended);
    expect(await controlOf(place.sandbox).requests()).toHaveLength(before);
    expect((await place.keyturn(['status', '--sink', 'github:acme/web'])).code).toBe(0);
  });

  it('names the place of a mistake in the configuration, and what was meant', async () => {
    const place = await makePlace();
    await writeFile(
      join(place.folder, 'keyturn.config.yaml'),
      'issuer: { kind: planetscale, org: acme }\nrotations:\n  ci:\n    maxAgee: 90d\n    sinks: [env:.env]\n',
    );
    const ended = await place.keyturn(['rotate']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/keyturn\.config\.yaml:4:5: .*maxAgee/);
    expect(ended.stderr).toContain('maxAge');
    expectClear(ended);
  });

  it('keeps the old token when a sink cannot be written: exit 3', async () => {
    const place = await makePlace();
    const old = place.token('ci-github').id;
    await fault(place, {
      provider: 'github',
      method: 'PUT',
      path: 'acme/web',
      action: { status: 403, body: { message: 'no' } },
    });
    const ended = await place.keyturn([...rotateWeb(place), '--json']);
    expect(ended.code).toBe(3);
    expect(JSON.parse(ended.stdout).rotations[0]).toMatchObject({
      outcome: 'incomplete',
      revoked: [],
      kept: [{ id: old, reason: 'held', sinks: ['github:acme/web'] }],
    });
    await controlOf(place.sandbox).clearFaults();
    // What refused a token is given another one after a pause, or at once if that is asked for.
    expect((await place.keyturn([...rotateWeb(place), '--json'])).code).toBe(3);
    const again = await place.keyturn([...rotateWeb(place), '--force', '--json']);
    expect(again.code).toBe(0);
    expect(
      place
        .tokens()
        .filter(({ name, revokedAt }) => revokedAt === null && name.startsWith('keyturn-')),
    ).toHaveLength(1);
    expect(place.token(old).revokedAt).not.toBeNull();
  });

  it('revokes at once a token that it may not grant: exit 4', async () => {
    const place = await makePlace();
    await fault(place, {
      provider: 'planetscale',
      method: 'POST',
      path: '/access',
      action: { status: 403, body: { code: 'forbidden', message: 'Forbidden' } },
    });
    const ended = await place.keyturn([...rotateWeb(place), '--json']);
    expect(ended.code).toBe(4);
    expect(JSON.parse(ended.stdout).rotations[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'GRANT_REFUSED' },
    });
    const issued = place.tokens().filter(({ name }) => name.startsWith('keyturn-'));
    expect(issued).toHaveLength(1);
    expect(issued[0]?.revokedAt).not.toBeNull();
  });

  it('lets only one of several runs act: the others exit with 5 or find nothing due', async () => {
    const place = await makePlace();
    const args = rotateWeb(place);
    const ended = await Promise.all(Array.from({ length: 8 }, () => place.keyturn(args)));
    expect(ended.every(({ code }) => code === 0 || code === 5)).toBe(true);
    expect(place.tokens().filter(({ name }) => name.startsWith('keyturn-'))).toHaveLength(1);
    for (const one of ended) expectClear(one);
  });

  it('says what it needs on a state folder that cannot be written', async () => {
    const place = await makePlace();
    await writeFile(join(place.folder, 'blocked'), '');
    await chmod(join(place.folder, 'blocked'), 0o400);
    const ended = await place.keyturn(rotateWeb(place), {
      KEYTURN_STATE: join(place.folder, 'blocked'),
    });
    expect(ended.code).toBe(3);
    expectClear(ended);
  });
});
