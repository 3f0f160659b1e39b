import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

import { seedWorld, startSandbox } from '../src/index.ts';
import {
  client,
  control,
  createClock,
  github,
  planetscale,
  sandbox,
  tokenNamed,
} from './support.ts';

describe('a sandbox', () => {
  it('gives every variable that points keyturn at it', async () => {
    const box = await sandbox();
    const admin = tokenNamed(box.state(), 'admin');
    expect(box.env).toMatchObject({
      PLANETSCALE_API_URL: box.urls.planetscale,
      PLANETSCALE_ORG: 'acme',
      PLANETSCALE_SERVICE_TOKEN_ID: admin.id,
      PLANETSCALE_SERVICE_TOKEN: admin.token,
      GITHUB_API_URL: box.urls.github,
    });
    const { body } = await control(box)('GET', '/');
    expect(body).toEqual({ control: box.control, urls: box.urls, env: box.env });
  });

  it('seeds tokens older than 90 days and the places that hold one of them', async () => {
    const clock = createClock();
    const world = (await sandbox({ clock: clock.now })).state();
    const names = ['admin', 'ci-github', 'ci-gitlab', 'ci-circleci'];
    for (const name of names) {
      const { id, token, createdAt } = tokenNamed(world, name);
      expect(id).toMatch(/^[a-z0-9]{12}$/);
      expect(token).toMatch(/^pscale_tkn_[\w-]{43}$/);
      expect(clock.now() - Date.parse(createdAt ?? '')).toBeGreaterThan(90 * 86_400_000);
    }
    const { id, token } = tokenNamed(world, 'ci-github');
    const credential = {
      PLANETSCALE_SERVICE_TOKEN_ID: { value: id },
      PLANETSCALE_SERVICE_TOKEN: { value: token },
      DEPLOY_KEY: { value: expect.any(String) as string },
    };
    expect(world.github?.['acme/web']?.actions).toMatchObject(credential);
    expect(world.github?.['acme/api']?.environments?.['production']).toMatchObject(credential);
    expect(world.github).toHaveProperty('acme/docs');
  });

  it('seeds ids whose ends tell them apart', () => {
    const tokens = seedWorld(0).planetscale.orgs?.['acme']?.tokens ?? [];
    const ends = tokens.map(({ id = '' }) => id.slice(-4));
    expect(new Set(ends).size).toBe(4);
  });

  it('gives a login for the command line of PlanetScale', async () => {
    const box = await sandbox();
    const token = box.env['PLANETSCALE_API_TOKEN'] ?? '';
    const api = client(`${box.urls.planetscale}/v1`, `Bearer ${token}`);
    const { status, body } = await api('GET', '/organizations/acme/service-tokens');
    expect([token, status]).toEqual([expect.stringMatching(/^pscale_oauth_/), 200]);
    expect(body.data).toHaveLength(4);
  });

  it('gives the admin token everything that the others have, so that it may grant it', () => {
    const world = seedWorld(0);
    const all = world.planetscale.orgs?.['acme']?.tokens?.flatMap(({ accesses = [] }) => accesses);
    expect(new Set(tokenNamed(world, 'admin').accesses)).toEqual(new Set(all));
  });

  it('shows a world that can be opened again', async () => {
    const box = await sandbox();
    const world = box.state();
    expect((await control(box)('POST', '/seed', world)).status).toBe(204);
    expect(box.state()).toEqual(world);
    const second = await sandbox({ world });
    expect(second.state()).toEqual(world);
  });

  it('replaces what a seed names and seeds the rest as usual', async () => {
    const box = await sandbox();
    await control(box)('POST', '/seed', {
      planetscale: {
        orgs: { other: { tokens: [{ name: 'a', accesses: ['write_service_tokens'] }] } },
      },
    });
    expect(Object.keys(box.state().planetscale?.orgs ?? {})).toEqual(['other']);
    expect(box.env['PLANETSCALE_ORG']).toBe('other');
    expect(box.state().github).toHaveProperty('acme/web');
  });

  it.each([
    ['a provider that does not exist', { planetscal: {} }, 'planetscal'],
    ['no object', [], 'must be a world'],
    ['tokens that are no list', { github: { tokens: 5 } }, 'cannot be opened'],
  ])('keeps its world when it is given %s', async (_, world, message) => {
    const box = await sandbox();
    const before = box.state();
    const { status, body } = await control(box)('POST', '/seed', world);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
    expect(box.state()).toEqual(before);
  });

  it('is as new after a reset', async () => {
    const box = await sandbox({ clock: createClock().now });
    const before = box.state();
    await github(box)('DELETE', '/repos/acme/web/actions/secrets/DEPLOY_KEY');
    await control(box)('POST', '/faults', { action: { status: 500 } });
    await control(box)('PUT', '/latency', { ms: 60_000 });
    await control(box)('POST', '/reset');
    expect(box.state()).toEqual(before);
    expect((await planetscale(box)('GET', '/organizations')).status).toBe(200);
    expect((await control(box)('GET', '/requests')).body).toHaveLength(1);
  });

  it('ends requests under way when it closes', async () => {
    const box = await startSandbox();
    await control(box)('PUT', '/latency', { ms: 3_600_000 });
    const idle = connect(Number(new URL(box.urls.github).port), '127.0.0.1');
    const ended = new Promise((resolve) => idle.once('close', resolve));
    const pending = github(box)('GET', '/user').catch(String);
    await expect
      .poll(async () => (await control(box)('GET', '/requests')).body, { interval: 1 })
      .toHaveLength(1);
    await box.close();
    expect(await pending).toContain('fetch failed');
    await ended;
  });

  it('serves GitHub on a unix socket too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const socketPath = join(folder, 'github.sock');
    const box = await sandbox({ githubSocket: socketPath });
    const headers = {
      host: 'api.github.com',
      'user-agent': 'test',
      authorization: `token ${box.env['GITHUB_TOKEN']}`,
    };
    const status = await new Promise((resolve, reject) => {
      request({ socketPath, path: '/repos/acme/web', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(200);
  });

  it('says which methods a path of the control API has', async () => {
    const box = await sandbox();
    const wrong = await client(box.control)('GET', '/ci-job');
    expect([wrong.status, wrong.body]).toEqual([405, { message: 'use POST' }]);
    expect((await client(box.control)('GET', '/nothing')).status).toBe(404);
  });
});
