import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { ID, makePlace, TOKEN, type Place } from './keyturn.ts';
import { fault } from './running.ts';

const SINKS = ['github:acme/web', 'github:acme/api'];

async function placeWith(grace: unknown = '1h', sinks: readonly string[] = SINKS): Promise<Place> {
  const place = await makePlace();
  await configure(place, sinks, grace);
  return place;
}

/** What manages tokens has to be listed: it is never copied. */
async function placeOfActing(grace: unknown = '1h'): Promise<Place & { acting: string }> {
  const place = await makePlace();
  const acting = place.sandbox.env[ID] ?? '';
  await configure(place, SINKS, grace, { permissions: place.token(acting).accesses });
  return { ...place, acting };
}

function configure(
  place: Place,
  sinks: readonly string[],
  grace: unknown = '1h',
  token: object = {},
  name = 'ci',
): Promise<void> {
  const config = {
    issuer: { kind: 'planetscale', org: 'acme' },
    rotations: { [name]: { grace, sinks, token } },
  };
  return writeFile(join(place.folder, 'keyturn.config.json'), JSON.stringify(config));
}

const live = (place: Place): string[] =>
  place
    .tokens()
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id }) => id);

describe('keyturn rotate --break-glass', () => {
  it('replaces a leaked token and revokes it at once', async () => {
    const place = await placeWith();
    const leaked = place.token('ci-github').id;
    const { code, stdout } = await place.keyturn(['rotate', '--replaces', leaked, '--break-glass']);
    expect(code).toBe(0);
    expect(stdout).toContain('the current token has leaked');
    expect(live(place)).not.toContain(leaked);
    expect(place.secret('acme/api', ID)).toBe(place.secret('acme/web', ID));
  });

  it('revokes it first where that is said, and prints the outage', async () => {
    const place = await placeWith();
    const leaked = place.token('ci-github').id;
    const args = ['rotate', '--replaces', leaked, '--break-glass', '--revoke-first'];
    const { code, stderr } = await place.keyturn(args);
    expect(code).toBe(0);
    expect(stderr).toContain(`token ${leaked} was revoked first: jobs of github:acme/`);
    expect((await place.keyturn(['history'])).stdout).toContain('before it was replaced');
    const fresh = place.secret('acme/web', ID) ?? '';
    expect(place.token(fresh)).toMatchObject({
      token: place.secret('acme/web', TOKEN),
      revokedAt: null,
    });
  });

  it('does not revoke first what it acts with', async () => {
    const { acting, ...place } = await placeOfActing();
    const args = ['rotate', '--replaces', acting, '--break-glass', '--revoke-first'];
    const { code, stdout } = await place.keyturn(args);
    expect([code, stdout.includes('Remove --revoke-first')]).toEqual([2, true]);
    expect(live(place)).toContain(acting);
  });

  it('is needed for --revoke-first', async () => {
    const place = await placeWith();
    const { code, stderr } = await place.keyturn(['rotate', '--revoke-first']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--break-glass')]);
  });
});

describe('the rotation of the token that keyturn acts with', () => {
  it('ends with the new one, which revoked the old one', async () => {
    const { acting, ...place } = await placeOfActing('0');
    const { code } = await place.keyturn(['rotate', '--replaces', acting]);
    expect(code).toBe(0);
    expect(live(place)).not.toContain(acting);
  });

  it('says what to do where only the old one is at hand', async () => {
    const { acting, ...place } = await placeOfActing('1h');
    await place.keyturn(['rotate', '--replaces', acting]);
    const { code, stdout } = await place.keyturn(['rotate', '--grace', '0']);
    expect(code).toBe(3);
    expect(stdout).toContain('Run it again with the new token in its environment');
    const env = { [ID]: place.secret('acme/web', ID), [TOKEN]: place.secret('acme/web', TOKEN) };
    expect((await place.keyturn(['rotate', '--grace', '0'], env)).code).toBe(0);
    expect(live(place)).not.toContain(acting);
  });
});

describe('keyturn abort', () => {
  it('gives up a half-done rotation, and says what remains', async () => {
    const place = await placeWith();
    const old = place.token('ci-github').id;
    await fault(place, {
      provider: 'github',
      method: 'PUT',
      path: '/acme/api/',
      action: { status: 403 },
    });
    expect((await place.keyturn(['rotate', '--replaces', old])).code).toBe(3);
    const { code, stdout } = await place.keyturn(['abort', 'ci']);
    expect(code).toBe(3);
    expect(stdout).toMatch(/kept {7}\w{12} {2}.*github:acme\/web/);
    expect(live(place)).toContain(old);
  });

  it('has nothing to do where nothing is under way', async () => {
    const place = await placeWith('0');
    await place.keyturn(['rotate', '--replaces', place.token('ci-github').id]);
    expect(await place.keyturn(['abort', 'ci'])).toMatchObject({ code: 0 });
  });
});

describe('keyturn forget', () => {
  it('lets go of a sink that left the configuration, so that its token is revoked', async () => {
    const place = await placeWith('0');
    const old = place.token('ci-github').id;
    await place.keyturn(['rotate', '--replaces', old]);
    const second = place.secret('acme/api', ID) ?? '';
    await configure(place, SINKS.slice(0, 1), '0');
    await place.keyturn(['rotate', '--force']);
    expect(live(place)).toContain(second);
    const forget = ['forget', 'ci', '--sink', 'github:acme/api'];
    expect(await place.keyturn(forget)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    const { code, stdout } = await place.keyturn([...forget, '--yes']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`revokes ${second}`)]);
    await place.keyturn(['rotate']);
    expect(live(place)).not.toContain(second);
  });

  it('names the token of a rotation that left the configuration, since no run revokes it', async () => {
    const place = await placeWith('0');
    await place.keyturn(['rotate', '--replaces', place.token('ci-github').id]);
    const last = place.secret('acme/web', ID) ?? '';
    await configure(place, SINKS, '0', {}, 'renamed');
    const forget = async (sink: string): Promise<string> =>
      (await place.keyturn(['forget', 'ci', '--sink', sink, '--yes'])).stdout;
    expect(await forget('github:acme/api')).not.toContain(last);
    const told = await forget('github:acme/web');
    expect(told).toContain(`ci is not in the configuration, so no run revokes ${last}`);
    const [, line = ''] = /keyturn (token delete \S+)/.exec(told) ?? [];
    expect(await place.keyturn([...line.split(' '), '--yes'])).toMatchObject({ code: 0 });
    expect(live(place)).not.toContain(last);
  });

  it('names a token in its grace, too, which is deleted with --force once its jobs have ended', async () => {
    const place = await placeWith('1h', SINKS.slice(0, 1));
    const old = place.token('ci-github').id;
    await place.keyturn(['rotate', '--replaces', old]);
    const last = place.secret('acme/web', ID) ?? '';
    await configure(place, SINKS, '1h', {}, 'renamed');
    const { stdout } = await place.keyturn(['forget', 'ci', '--sink', 'github:acme/web', '--yes']);
    expect(stdout).toContain(
      `no run revokes ${old}, ${last}. Delete each when nothing uses it: keyturn token delete ID`,
    );
    const { code, stderr } = await place.keyturn(['token', 'delete', old, '--yes']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('no run does: delete it with')]);
    await place.keyturn(['token', 'delete', old, '--yes', '--force']);
    expect(live(place)).not.toContain(old);
  });

  it('names the sinks that there are where it is told another', async () => {
    const place = await placeWith('0');
    await place.keyturn(['rotate', '--replaces', place.token('ci-github').id]);
    const { code, stderr } = await place.keyturn([
      'forget',
      'ci',
      '--sink',
      'github:acme/nix',
      '--yes',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('github:acme/web, github:acme/api.');
    expect(await place.keyturn(['forget', 'cx', '--sink', 'github:acme/web'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^keyturn: .*"cx"\n {2}.*"ci"/),
    });
  });
});
