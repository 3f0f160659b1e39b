import { describe, expect, it } from 'vitest';

import type { PlanetScaleBehaviour, Sandbox } from '../src/index.ts';
import { logIn } from './planetscale.ts';
import {
  agreeing,
  client,
  control,
  createClock,
  planetscale,
  sandbox,
  type Client,
} from './support.ts';

const ROLES = '/organizations/acme/databases/ledger/branches/main/roles';
const CI = `${ROLES}/cileddb4k8mz`;

const rolesOf = (box: Sandbox) => box.state().planetscale?.orgs?.['acme']?.roles ?? [];
const roleOf = (box: Sandbox, id: string) => rolesOf(box).find((role) => role.id === id);

async function fixed(behaviour: PlanetScaleBehaviour = {}) {
  const clock = createClock();
  const first = await sandbox({ clocks: agreeing, clock: clock.now });
  const world = { planetscale: { ...first.state().planetscale, behaviour } };
  const box = await sandbox({ clocks: agreeing, clock: clock.now, world });
  const api = planetscale(box);
  const looks = async (path: string, times: number) => {
    for (let look = 0; look < times; look++) await api('GET', path);
  };
  return { clock, box, api, looks };
}

/** A role that is ready. */
async function made(api: Client, body: object = {}) {
  const { body: role } = await api('POST', ROLES, body);
  for (const _ of [1, 2]) await api('GET', `${ROLES}/${role.id}`);
  return role;
}

describe('Postgres roles of PlanetScale', () => {
  it('are created with a secret, which is never shown again, and ready after some looks', async () => {
    const { box, api } = await fixed();
    const given = { name: 'new', ttl: 3600, inherited_roles: ['postgres'], with_replication: true };
    const { status, body } = await api('POST', ROLES, given);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{12}$/) as string,
      name: 'new',
      username: expect.stringMatching(/^pscale_api_[a-z0-9]{12}\.[a-z0-9]{12}$/) as string,
      password: expect.stringMatching(/^pscale_pw_\w{43}$/) as string,
      access_host_url: new URL(box.urls.planetscalePostgres).host,
      database_name: 'postgres',
      created_at: '2026-01-15T00:00:00.000Z',
      expires_at: '2026-01-15T01:00:00.000Z',
      deleted_at: null,
      dropped_at: null,
      drop_failed: null,
      ready: false,
      default: false,
      ttl: 3600,
      inherited_roles: ['postgres'],
      with_replication: true,
      query_safety_settings: { require_where_on_delete: 'off', require_where_on_update: 'off' },
    });
    expect(body.username).toBe(`${body.base_username}.${body.branch.id}`);
    expect(await logIn(box, body.username, body.password)).toBe('28P01');
    const first = await api('GET', `${ROLES}/${body.id}`);
    expect(first.body).toEqual({ ...body, password: null });
    const second = await api('GET', `${ROLES}?q=NEW`);
    expect(second.body).toMatchObject({ total_count: 1, data: [{ ...first.body, ready: true }] });
    expect(await logIn(box, body.username, body.password)).toBe(body.base_username);
    expect(roleOf(box, body.id)).toMatchObject({ name: 'new', password: body.password });
  });

  it.each([
    { inherited_roles: ['root'] },
    { inherited_roles: ['postgres', 'postgres'] },
    { inherited_roles: 'postgres' },
    { with_replication: true },
    { with_replication: true, inherited_roles: ['pg_monitor'] },
    { require_where_on_delete: 'sometimes' },
    { ttl: 1.5 },
    { name: 5 },
  ])('are not created from %j', async (body) => {
    const { box, api } = await fixed();
    const reply = await api('POST', ROLES, body);
    expect([reply.status, reply.body.code]).toEqual([422, 'unprocessable']);
    expect(rolesOf(box)).toHaveLength(2);
  });

  it('change their name and their safety, and nothing else', async () => {
    const { box, api } = await fixed();
    const change = { name: 'other', require_where_on_delete: 'warn', inherited_roles: [] };
    const { status, body } = await api('PATCH', CI, change);
    expect([status, body.name, body.password]).toEqual([200, 'other', null]);
    expect(roleOf(box, 'cileddb4k8mz')).toMatchObject({
      requireWhereOnDelete: 'warn',
      requireWhereOnUpdate: 'off',
      inheritedRoles: ['pg_read_all_data', 'pg_write_all_data'],
    });
  });

  it('are dropped some looks after they were deleted', async () => {
    const { box, api } = await fixed();
    const role = await made(api);
    const path = `${ROLES}/${role.id}`;
    const { status, text } = await api('DELETE', path);
    expect([status, text]).toEqual([204, '']);
    expect(await logIn(box, role.username, role.password)).toBe(role.base_username);
    expect((await api('GET', path)).body).toMatchObject({
      deleted_at: expect.any(String) as string,
      dropped_at: null,
    });
    expect((await api('GET', path)).body.dropped_at).toBe('2026-01-15T00:00:00.000Z');
    expect(await logIn(box, role.username, role.password)).toBe('28P01');
    expect((await api('GET', `${ROLES}?q=${role.name}`)).body.data).toEqual([]);
    expect((await api('DELETE', path)).status).toBe(404);
    expect(roleOf(box, role.id)?.revokedAt).toEqual(expect.any(String));
  });

  it('are dropped however often they are deleted, and not changed meanwhile', async () => {
    const { api } = await fixed();
    for (const dropped of [null, expect.any(String) as string]) {
      expect((await api('DELETE', CI)).status).toBe(204);
      expect((await api('GET', CI)).body.dropped_at).toEqual(dropped);
    }
    const { body } = await api('POST', ROLES, { ttl: 60 });
    const path = `${ROLES}/${body.id}`;
    await api('DELETE', path);
    const replies = [
      await api('PATCH', path, { name: 'x' }),
      await api('POST', `${path}/renew`),
      await api('POST', `${path}/reset`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it('can be ready and dropped at once, and gone, if the world says so', async () => {
    const { api } = await fixed({
      rolesReadyAfterLooks: 0,
      rolesDropAfterLooks: 0,
      droppedRoles: 'gone',
    });
    const { body } = await api('POST', ROLES, {});
    expect(body.ready).toBe(true);
    await api('DELETE', `${ROLES}/${body.id}`);
    expect((await api('GET', `${ROLES}/${body.id}`)).status).toBe(404);
  });

  it('cannot be dropped while they own something', async () => {
    const { box, api, looks } = await fixed();
    const [old, successor] = [await made(api), await made(api)];
    const path = `${ROLES}/${old.id}`;
    const own = { provider: 'planetscale', op: 'own', id: old.id, name: 'invoices' };
    expect((await control(box)('POST', '/admin', own)).status).toBe(200);
    await api('DELETE', path);
    await looks(path, 2);
    expect((await api('GET', path)).body).toMatchObject({
      dropped_at: null,
      drop_failed: expect.stringContaining('owner of table invoices') as string,
    });
    expect(await logIn(box, old.username, old.password)).toBe(old.base_username);
    const names = [successor.id, successor.username, successor.base_username];
    for (const name of ['', 'none', old.id])
      expect((await api('POST', `${path}/reassign`, { successor: name })).status).toBe(422);
    for (const name of names)
      expect((await api('POST', `${path}/reassign`, { successor: name })).status).toBe(204);
    expect(roleOf(box, successor.id)?.owns).toEqual(['invoices']);
    expect((await api('DELETE', path)).status).toBe(204);
    await looks(path, 2);
    expect((await api('GET', path)).body).toMatchObject({
      dropped_at: expect.any(String) as string,
      drop_failed: null,
    });
  });

  it('give what they own to a successor when they are deleted', async () => {
    const { box, api } = await fixed({ rolesReadyAfterLooks: 0, rolesDropAfterLooks: 0 });
    const create = async () => (await api('POST', ROLES, {})).body.id as string;
    const [first, second, third] = [await create(), await create(), await create()];
    const own = { provider: 'planetscale', op: 'own', id: first, name: 'invoices' };
    await control(box)('POST', '/admin', own);
    expect((await api('DELETE', `${ROLES}/${first}?successor=none`)).status).toBe(422);
    expect((await api('DELETE', `${ROLES}/${first}?successor=${second}`)).status).toBe(204);
    expect((await api('DELETE', `${ROLES}/${second}`, { successor: third })).status).toBe(204);
    expect(roleOf(box, third)?.owns).toEqual(['invoices']);
    expect([roleOf(box, first), roleOf(box, second)]).toMatchObject([
      { revokedAt: expect.any(String) as string },
      { revokedAt: expect.any(String) as string },
    ]);
  });

  it('may fail to be dropped for other reasons, if the world says so', async () => {
    const { api, looks } = await fixed({ dropsFail: true });
    await api('DELETE', CI);
    await looks(CI, 2);
    expect((await api('GET', CI)).body.drop_failed).toEqual(expect.any(String));
  });

  it('expire, and can be renewed if they have an end', async () => {
    const { clock, box, api } = await fixed();
    const role = await made(api, { ttl: 60 });
    const path = `${ROLES}/${role.id}`;
    clock.advance(50_000);
    const renewed = await api('POST', `${path}/renew`);
    expect([renewed.status, renewed.body.password]).toEqual([200, null]);
    expect(renewed.body.expires_at).toBe('2026-01-15T00:01:50.000Z');
    clock.advance(59_999);
    expect(await logIn(box, role.username, role.password)).toBe(role.base_username);
    clock.advance(1);
    expect(await logIn(box, role.username, role.password)).toBe('28P01');
    expect((await api('GET', path)).body.expired).toBe(true);
    expect((await api('POST', `${CI}/renew`)).status).toBe(422);
  });

  it('lose their password at once when they are reset', async () => {
    const { box, api } = await fixed();
    const role = await made(api);
    const { status, body } = await api('POST', `${ROLES}/${role.id}/reset`);
    expect([status, body.username]).toEqual([200, role.username]);
    expect(await logIn(box, role.username, role.password)).toBe('28P01');
    expect(await logIn(box, role.username, body.password)).toBe(role.base_username);
  });

  it('have a default one in each branch, which is reset and not deleted', async () => {
    const { box, api } = await fixed();
    const { body } = await api('GET', `${ROLES}/default`);
    expect(body).toMatchObject({ default: true, base_username: 'postgres', password: null });
    const before = roleOf(box, body.id)?.password ?? '';
    expect(await logIn(box, body.username, before)).toBe('postgres');
    const reset = await api('POST', `${ROLES}/reset-default`);
    expect(reset).toMatchObject({ status: 200, body: { username: body.username } });
    expect(await logIn(box, body.username, before)).toBe('28P01');
    expect(await logIn(box, body.username, reset.body.password)).toBe('postgres');
    expect((await api('DELETE', `${ROLES}/${body.id}`)).status).toBe(422);
  });

  it.each([
    [['read_branch'], [200, 403, 403, 403, 403]],
    [['create_production_branch_password'], [403, 200, 200, 403, 403]],
    [['delete_production_branch_password'], [403, 403, 403, 200, 204]],
    [['create_branch_password'], [404, 404, 404, 404, 404]],
    [['read_database'], [404, 404, 404, 404, 404]],
  ])('ask for the accesses of their branch: %j', async (accesses, statuses) => {
    const acme = {
      tokens: [{ id: 'a', token: 's', accesses: accesses.map((one) => `ledger/${one}`) }],
      databases: [{ name: 'ledger', kind: 'postgresql' }],
      roles: [{ database: 'ledger', id: 'old' }],
    } as const;
    const box = await sandbox({ world: { planetscale: { orgs: { acme } } } });
    const api = client(`${box.urls.planetscale}/v1`, 'a:s');
    const replies = [
      await api('GET', `${ROLES}/old`),
      await api('POST', ROLES, {}),
      await api('PATCH', `${ROLES}/old`, { name: 'x' }),
      await api('POST', `${ROLES}/old/reset`),
      await api('DELETE', `${ROLES}/old`),
    ];
    expect(replies.map(({ status }) => status)).toEqual(statuses);
  });

  it('are those of Postgres databases alone', async () => {
    const { api } = await fixed();
    expect((await api('GET', ROLES.replace('ledger', 'shop'))).status).toBe(404);
    expect((await api('GET', ROLES.replace(/roles$/, 'passwords'))).status).toBe(404);
  });

  it('are made and dropped once, however many look', async () => {
    const { api } = await fixed();
    const { body } = await api('POST', ROLES, {});
    const path = `${ROLES}/${body.id}`;
    await Promise.all([1, 2, 3, 4].map(() => api('GET', path)));
    await Promise.all([1, 2].map(() => api('DELETE', path)));
    const all = await Promise.all([1, 2, 3].map(() => api('GET', path)));
    expect(all.at(-1)?.body).toMatchObject({
      ready: true,
      dropped_at: expect.any(String) as string,
    });
  });

  it('can be found late, if the world says so', async () => {
    const { clock, api } = await fixed({ listDelayMs: 10 });
    const { body } = await api('POST', ROLES, { name: 'new' });
    const found = async () => [
      (await api('GET', `${ROLES}/${body.id}`)).status,
      (await api('GET', `${ROLES}?q=new`)).body.total_count,
    ];
    expect(await found()).toEqual([404, 0]);
    clock.advance(10);
    expect(await found()).toEqual([200, 1]);
  });

  it('can be revoked by others', async () => {
    const { box } = await fixed();
    const { username = '', password = '' } = roleOf(box, 'cileddb4k8mz') ?? {};
    const revoke = { provider: 'planetscale', op: 'revoke', id: 'cileddb4k8mz' };
    expect((await control(box)('POST', '/admin', revoke)).status).toBe(200);
    expect(await logIn(box, username, password)).toBe('28P01');
    expect((await control(box)('POST', '/admin', revoke)).status).toBe(404);
  });

  it('are part of a world that can be opened again', async () => {
    const { box, api } = await fixed();
    const role = await made(api, { ttl: 60 });
    await api('DELETE', CI);
    const world = box.state();
    expect((await control(box)('POST', '/seed', world)).status).toBe(204);
    expect(box.state()).toEqual(world);
    expect(await logIn(box, role.username, role.password)).toBe(role.base_username);
    expect((await control(box)('POST', '/seed', {})).status).toBe(204);
    expect(await logIn(box, role.username, role.password)).toBe('28P01');
  });
});

describe('a job with a Postgres role', () => {
  it('logs in', async () => {
    const { box } = await fixed();
    const { username = '', password = '' } = roleOf(box, 'cileddb4k8mz') ?? {};
    const host = new URL(box.urls.planetscalePostgres).host;
    const run = async (value: string) => {
      const url = `postgresql://${username}:${value}@${host}/postgres?sslmode=verify-full`;
      const write = { op: 'write', sink: 'gitlab:acme/infra', name: 'DATABASE_URL', value: url };
      await control(box)('POST', '/admin', write);
      const job = {
        sink: 'gitlab:acme/infra',
        use: 'planetscale-role',
        names: { url: 'DATABASE_URL' },
      };
      return (await control(box)('POST', '/ci-job', job)).body;
    };
    const tokenId = 'cileddb4k8mz';
    expect(await run(password)).toEqual({ ok: true, status: 200, tokenId });
    expect(await run('x')).toEqual({ ok: false, status: 401, tokenId });
  });
});
