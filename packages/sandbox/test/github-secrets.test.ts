import { describe, expect, it } from 'vitest';

import { seedWorld } from '../src/index.ts';
import { agreeing, client, createClock, github, putSecret, sandbox, seal } from './support.ts';

const WEB = '/repos/acme/web/actions/secrets';
const PRODUCTION = '/repos/acme/api/environments/production/secrets';

describe('secrets of a GitHub repository', () => {
  it.each([
    ['actions', WEB],
    ['dependabot', '/repos/acme/web/dependabot/secrets'],
    ['codespaces', '/repos/acme/web/codespaces/secrets'],
    ['agents', '/repos/acme/web/agents/secrets'],
  ] as const)('are opened and stored for %s', async (app, base) => {
    const box = await sandbox();
    const created = await putSecret(github(box), base, 'new_one', 'först');
    expect([created.status, created.body]).toEqual([201, {}]);
    const updated = await putSecret(github(box), base, 'NEW_ONE', 'second');
    expect([updated.status, updated.text]).toEqual([204, '']);
    expect(box.state().github?.['acme/web']?.[app]?.['NEW_ONE']).toMatchObject({ value: 'second' });
    expect((await github(box)('DELETE', `${base}/New_One`)).status).toBe(204);
    expect((await github(box)('GET', `${base}/NEW_ONE`)).status).toBe(404);
  });

  it('show names and whole seconds, never values', async () => {
    const clock = createClock(Date.UTC(2026, 0, 15, 0, 0, 1, 900));
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    await putSecret(github(box), WEB, 'FRESH', 'x');
    const { body } = await github(box)('GET', `${WEB}/fresh`);
    const time = '2026-01-15T00:00:01Z';
    expect(body).toEqual({ name: 'FRESH', created_at: time, updated_at: time });
    clock.advance(60_000);
    await putSecret(github(box), WEB, 'FRESH', 'y');
    expect((await github(box)('GET', `${WEB}/FRESH`)).body).toEqual({
      name: 'FRESH',
      created_at: time,
      updated_at: '2026-01-15T00:01:01Z',
    });
    const list = await github(box)('GET', WEB);
    expect(list.body.total_count).toBe(4);
    expect(Object.keys(list.body.secrets[0])).toEqual(['name', 'created_at', 'updated_at']);
  });

  it('answer below /api/v3 too', async () => {
    const box = await sandbox();
    const api = client(`${box.urls.github}/api/v3`, `Bearer ${box.env['GITHUB_TOKEN']}`);
    expect((await putSecret(api, WEB, 'ENTERPRISE', 'x')).status).toBe(201);
  });

  it('have a key of their own in every place, under the same id', async () => {
    const api = github(await sandbox());
    const places = [
      WEB,
      PRODUCTION,
      '/repos/acme/web/dependabot/secrets',
      '/orgs/acme/actions/secrets',
    ];
    const keys = [];
    for (const place of places) keys.push((await api('GET', `${place}/public-key`)).body);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(places.length);
    expect(new Set(keys.map(({ key_id }) => key_id)).size).toBe(1);
    expect((await api('GET', `${WEB}/public-key`)).body).toEqual(keys[0]);
  });

  it('have ids of their own too, where the world says so', async () => {
    const api = github(
      await sandbox({
        world: {
          github: {
            'acme/web': {},
            'acme/api': {},
            tokens: [{ token: 't', kind: 'classic', scopes: ['repo'] }],
            behaviour: { distinctKeyIds: true },
          },
        },
      }),
      't',
    );
    const first = await api('GET', `${WEB}/public-key`);
    const second = await api('GET', '/repos/acme/api/actions/secrets/public-key');
    expect(first.body.key_id).not.toBe(second.body.key_id);
  });

  it.each([
    ['refused', 422, expect.stringMatching(/./)],
    ['emptied', 204, ''],
  ] as const)('sealed with the key of another place are %s', async (wrongKey, status, value) => {
    const { github: world } = seedWorld(Date.now());
    const box = await sandbox({ world: { github: { ...world, behaviour: { wrongKey } } } });
    const api = github(box);
    const { body: key } = await api('GET', `${WEB}/public-key`);
    await api('GET', `${PRODUCTION}/public-key`);
    const reply = await api('PUT', `${PRODUCTION}/DEPLOY_KEY`, await seal(key, 'new'));
    expect(reply.status).toBe(status);
    expect(reply.body?.message).toBe(
      status === 422
        ? 'Bad request - validation failed due to an improperly encrypted secret'
        : undefined,
    );
    const { production } = box.state().github?.['acme/api']?.environments ?? {};
    expect(production?.['DEPLOY_KEY']?.value).toEqual(value);
    expect(production?.['DEPLOY_KEY']?.value).not.toBe('new');
  });

  it('are refused with the value repeated when it is not sealed at all', async () => {
    const reply = await github(await sandbox())('PUT', `${WEB}/X`, {
      encrypted_value: 'plain text',
      key_id: '1',
    });
    expect(reply.status).toBe(422);
    expect(reply.body.message).toMatch(/^Invalid request\.\n\nplain text does not match \//);
  });

  it.each([
    ['{', 400, 'Problems parsing JSON'],
    ['[]', 400, 'Body should be a JSON object'],
    ['{}', 422, '"encrypted_value", "key_id" weren\'t supplied.'],
    ['{"key_id":"1"}', 422, '"encrypted_value" wasn\'t supplied.'],
    ['{"key_id":1,"encrypted_value":""}', 422, "For 'properties/key_id', 1 is not a string."],
  ])('are refused for the body %s', async (body, status, message) => {
    const reply = await github(await sandbox())('PUT', `${WEB}/X`, body);
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(message)]);
  });

  it.each([
    ['9LIVES', 'Must start with a letter'],
    ['A-B', 'Secret names can only contain'],
    ['A%20B', 'Spaces are not allowed'],
    ['GITHUB_X', 'must not start with GITHUB_.'],
    ['github_x', 'must not start with GITHUB_.'],
  ])('cannot be called %s', async (name, message) => {
    const reply = await putSecret(github(await sandbox()), WEB, name, 'x');
    expect([reply.status, reply.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('hold 48 KB and not a byte more', async () => {
    const api = github(await sandbox());
    expect((await putSecret(api, WEB, 'BIG', 'x'.repeat(49_152))).status).toBe(201);
    expect((await putSecret(api, WEB, 'BIG', 'x'.repeat(49_153))).status).toBe(422);
  });

  it('are paged by a Link header', async () => {
    const actions = Object.fromEntries(
      Array.from({ length: 70 }, (_, i) => [`S${i}`, { value: '' }]),
    );
    const box = await sandbox({
      world: {
        github: {
          'acme/many': { actions },
          tokens: [{ token: 't', kind: 'classic', scopes: ['repo'] }],
        },
      },
    });
    const path = '/repos/acme/many/actions/secrets';
    const url = (page: number) => `<${box.urls.github}${path}?page=${page}&per_page=30>`;
    const first = await github(box, 't')('GET', path);
    expect(first.headers.get('link')).toBe(`${url(2)}; rel="next", ${url(3)}; rel="last"`);
    expect(first.body.secrets).toHaveLength(30);
    const last = await github(box, 't')('GET', `${path}?page=3`);
    expect(last.headers.get('link')).toBe(`${url(2)}; rel="prev", ${url(1)}; rel="first"`);
    expect((await github(box, 't')('GET', `${path}?per_page=500`)).headers.get('link')).toBeNull();
  });

  it('can appear late, where the world says so', async () => {
    const clock = createClock();
    const box = await sandbox({
      clocks: agreeing,
      clock: clock.now,
      world: {
        github: {
          'acme/web': {},
          tokens: [{ token: 't', kind: 'classic', scopes: ['repo'] }],
          behaviour: { listDelayMs: 1000 },
        },
      },
    });
    await putSecret(github(box, 't'), WEB, 'LATE', 'x');
    expect((await github(box, 't')('GET', `${WEB}/LATE`)).status).toBe(404);
    expect((await github(box, 't')('GET', WEB)).body.total_count).toBe(0);
    clock.advance(1000);
    expect((await github(box, 't')('GET', `${WEB}/LATE`)).status).toBe(200);
  });
});

describe('environments of a GitHub repository', () => {
  it('hold secrets of their own, under any name that is encoded', async () => {
    const box = await sandbox();
    const path = '/repos/acme/web/environments/prod%2Feu%20west';
    expect((await github(box)('GET', `${path}/secrets/public-key`)).status).toBe(404);
    expect((await github(box)('PUT', path)).body).toMatchObject({ name: 'prod/eu west' });
    expect((await putSecret(github(box), `${path}/secrets`, 'X', 'y')).status).toBe(201);
    expect(box.state().github?.['acme/web']?.environments).toMatchObject({
      'prod/eu west': { X: { value: 'y' } },
    });
    expect((await github(box)('GET', '/repos/acme/web/environments')).body.total_count).toBe(1);
    expect((await github(box)('DELETE', path)).status).toBe(204);
    expect((await github(box)('GET', path)).status).toBe(404);
  });
});
