import { describe, expect, it } from 'vitest';

import type { PlanetScaleBehaviour, Sandbox } from '../src/index.ts';
import { query } from './planetscale.ts';
import {
  agreeing,
  client,
  control,
  createClock,
  planetscale,
  sandbox,
  type Client,
} from './support.ts';

const DATABASE = '/organizations/acme/databases/shop';
const PASSWORDS = `${DATABASE}/branches/main/passwords`;
const notFound = { status: 404, body: { code: 'not_found', message: 'Not Found' } };

const passwordsOf = (box: Sandbox) => box.state().planetscale?.orgs?.['acme']?.passwords ?? [];

async function allowed(
  accesses: readonly string[],
  behaviour: PlanetScaleBehaviour = {},
): Promise<Client> {
  const acme = {
    tokens: [{ id: 'a', token: 's', accesses: accesses.map((one) => `shop/${one}`) }],
    databases: [{ name: 'shop', branches: ['main', 'dev'] }],
    passwords: [
      { database: 'shop', id: 'old', name: 'old' },
      { database: 'shop', id: 'reader', role: 'reader' },
      { database: 'shop', id: 'dev', branch: 'dev' },
    ],
  } as const;
  const box = await sandbox({ world: { planetscale: { orgs: { acme }, behaviour } } });
  return client(`${box.urls.planetscale}/v1`, 'a:s');
}

describe('branch passwords of PlanetScale', () => {
  it('stay with their branch when it gets another name', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    const change = { provider: 'planetscale', op: 'rename', name: 'shop', id: 'main' };
    const rename = (to: string) => control(box)('POST', '/admin', { ...change, to });
    expect((await rename('trunk')).status).toBe(200);
    expect((await rename('trunk')).status).toBe(404);
    expect(await api('GET', PASSWORDS)).toMatchObject(notFound);
    const { body } = await api('GET', `${DATABASE}/branches/trunk/passwords`);
    expect(body.data).toMatchObject([{ id: 'cishoppw5t7b' }]);
  });

  it('are created with a secret, which is never shown again', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = planetscale(box);
    const given = { name: 'new', role: 'readwriter', ttl: 3600, cidrs: ['127.0.0.0/8', '::1'] };
    const { status, body } = await api('POST', PASSWORDS, given);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{12}$/) as string,
      name: 'new',
      role: 'readwriter',
      cidrs: ['127.0.0.0/8', '::1'],
      created_at: '2026-01-15T00:00:00.000Z',
      expires_at: '2026-01-15T01:00:00.000Z',
      last_used_at: null,
      expired: false,
      ttl_seconds: 3600,
      renewable: true,
      replica: false,
      direct_vtgate: false,
      username: expect.stringMatching(/^[a-z0-9]{20}$/) as string,
      plain_text: expect.stringMatching(/^pscale_pw_\w{43}$/) as string,
      access_host_url: new URL(box.urls.planetscaleQuery).host,
      database_branch: { name: 'main', production: true },
    });
    const shown = await api('GET', `${PASSWORDS}/${body.id}`);
    expect(shown.body).toEqual({ ...body, plain_text: null });
    const list = await api('GET', `${PASSWORDS}?q=NE`);
    expect(list.body).toMatchObject({ type: 'list', total_count: 1, data: [shown.body] });
    expect(passwordsOf(box).at(-1)).toMatchObject({ id: body.id, password: body.plain_text });
  });

  it('may be created from an empty body', async () => {
    const { body } = await planetscale(await sandbox())('POST', PASSWORDS);
    expect(body).toMatchObject({ role: 'admin', cidrs: null, expires_at: null, renewable: false });
  });

  it.each([
    { role: 'owner' },
    { replica: 'yes' },
    { ttl: -1 },
    { cidrs: ['10.0.0.0/33'] },
    { cidrs: 'x' },
    { name: 5 },
  ])('are not created from %j', async (body) => {
    const box = await sandbox();
    const reply = await planetscale(box)('POST', PASSWORDS, body);
    expect([reply.status, reply.body.code]).toEqual([422, 'unprocessable']);
    expect(passwordsOf(box)).toHaveLength(1);
  });

  it('are listed 25 to a page, of one branch or of all', async () => {
    const passwords = Array.from({ length: 60 }, (_, i) => ({
      database: 'shop',
      name: `p${i}`,
      branch: i < 30 ? 'main' : 'dev',
    }));
    const tokens = [{ id: 'a', token: 's', accesses: ['shop/read_branch'] }];
    const databases = [{ name: 'shop', branches: ['main', 'dev'] }];
    const world = { planetscale: { orgs: { acme: { tokens, databases, passwords } } } };
    const api = client(`${(await sandbox({ world })).urls.planetscale}/v1`, 'a:s');
    const first = await api('GET', PASSWORDS);
    expect(first.body).toMatchObject({ total_count: 30, next_page: 2, per_page: 25 });
    expect(first.body.data).toHaveLength(25);
    const all = await api('GET', `${DATABASE}/passwords?page=3`);
    expect(all.body).toMatchObject({ total_count: 60, next_page: null });
    expect(all.body.data.at(-1).name).toBe('p59');
  });

  it('change their name and ranges, and nothing else', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    const path = `${PASSWORDS}/cishoppw5t7b`;
    const [before] = passwordsOf(box);
    const change = { name: 'other', cidrs: ['10.0.0.0/8'], role: 'admin', replica: true };
    const { status, body } = await api('PATCH', path, change);
    expect([status, body.name, body.role, body.plain_text]).toEqual([200, 'other', 'writer', null]);
    expect(passwordsOf(box)).toEqual([{ ...before, name: 'other', cidrs: ['10.0.0.0/8'] }]);
  });

  it('are gone once deleted, and stay known to the state', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    const path = `${PASSWORDS}/cishoppw5t7b`;
    const [{ username = '', password = '' } = {}] = passwordsOf(box);
    const { status, text } = await api('DELETE', path);
    expect([status, text]).toEqual([204, '']);
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect(await api(method, path)).toMatchObject(notFound);
    expect((await query(box, username, password)).status).toBe(401);
    expect(passwordsOf(box)[0]?.revokedAt).toEqual(expect.any(String));
  });

  it('belong to one branch of one database', async () => {
    const api = await allowed(['read_branch']);
    expect((await api('GET', `${PASSWORDS}/old`)).status).toBe(200);
    for (const path of [
      `${PASSWORDS}/dev`,
      `${DATABASE}/branches/none/passwords`,
      '/organizations/acme/databases/none/branches/main/passwords',
    ])
      expect(await api('GET', path)).toMatchObject(notFound);
  });

  it('can be renewed if they have an end, and keep their secret', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = planetscale(box);
    const { body } = await api('POST', PASSWORDS, { ttl: 60 });
    clock.advance(50_000);
    const renewed = await api('POST', `${PASSWORDS}/${body.id}/renew`);
    expect(renewed).toMatchObject({
      status: 200,
      body: { id: body.id, username: body.username, plain_text: null },
    });
    expect(renewed.body.expires_at).toBe('2026-01-15T00:01:50.000Z');
    clock.advance(20_000);
    expect((await query(box, body.username, body.plain_text)).status).toBe(200);
    clock.advance(40_000);
    expect((await query(box, body.username, body.plain_text)).status).toBe(401);
    expect((await api('GET', `${PASSWORDS}/${body.id}`)).body.expired).toBe(true);
    const reply = await api('POST', `${PASSWORDS}/cishoppw5t7b/renew`);
    expect([reply.status, reply.body.code]).toEqual([422, 'unprocessable']);
  });

  it('can get another secret when they are renewed, if the world says so', async () => {
    const box = await sandbox();
    const world = box.state();
    const behaviour = { renewedSecret: 'replaced' } as const;
    const changed = await sandbox({
      world: { ...world, planetscale: { ...world.planetscale, behaviour } },
    });
    const api = planetscale(changed);
    const { body } = await api('POST', PASSWORDS, { ttl: 60 });
    const renewed = await api('POST', `${PASSWORDS}/${body.id}/renew`);
    expect(renewed.body.plain_text).not.toBe(body.plain_text);
    expect((await query(changed, body.username, body.plain_text)).status).toBe(401);
    expect((await query(changed, body.username, renewed.body.plain_text)).status).toBe(200);
  });

  it.each([
    [['read_branch'], [200, 403, 403, 403, 403]],
    [['connect_production_branch'], [200, 201, 200, 403, 403]],
    [['connect_production_read_only_branch'], [200, 403, 403, 403, 403]],
    [['connect_branch'], [200, 403, 403, 403, 201]],
    [['delete_production_branch_password'], [403, 403, 403, 204, 404]],
    [['read_database'], [404, 404, 404, 404, 404]],
  ])('ask for the accesses of their branch: %j', async (accesses, statuses) => {
    const api = await allowed(accesses);
    const replies = [
      await api('GET', PASSWORDS),
      await api('POST', PASSWORDS, {}),
      await api('PATCH', `${PASSWORDS}/old`, { name: 'x' }),
      await api('DELETE', `${PASSWORDS}/old`),
      await api('POST', `${DATABASE}/branches/dev/passwords`, {}),
    ];
    expect(replies.map(({ status }) => status)).toEqual(statuses);
  });

  it('that only read take a weaker access', async () => {
    const api = await allowed(['connect_production_read_only_branch']);
    for (const body of [{ role: 'reader' }, { replica: true }])
      expect((await api('POST', PASSWORDS, body)).status).toBe(201);
    expect((await api('PATCH', `${PASSWORDS}/reader`, { name: 'x' })).status).toBe(200);
  });

  it('take any of the accesses where the world says so', async () => {
    const api = await allowed(['connect_branch'], { branchAccesses: 'any' });
    expect((await api('POST', PASSWORDS, {})).status).toBe(201);
  });

  it('can be lost like everything else', async () => {
    const box = await sandbox();
    await client(box.control)('POST', '/faults', {
      provider: 'planetscale',
      method: 'POST',
      path: '/passwords$',
      action: { dropResponse: true },
    });
    await expect(planetscale(box)('POST', PASSWORDS, { name: 'lost' })).rejects.toThrow(
      'fetch failed',
    );
    expect(passwordsOf(box).at(-1)?.name).toBe('lost');
  });
});
