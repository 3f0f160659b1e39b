import { describe, expect, it } from 'vitest';

import {
  seedWorld,
  type ItemsWorld,
  type PlanetScaleBehaviour,
  type PlanetScalePasswordWorld,
} from '../src/index.ts';
import { query } from './planetscale.ts';
import { agreeing, client, control, createClock, planetscale, sandbox } from './support.ts';

const PASSWORDS = '/organizations/acme/databases/shop/branches/main/passwords';

async function boxWith(
  password: Partial<PlanetScalePasswordWorld>,
  behaviour: PlanetScaleBehaviour = {},
) {
  const passwords = [{ database: 'shop', id: 'p', username: 'u', password: 's', ...password }];
  const orgs = { acme: { databases: [{ name: 'shop' }], passwords } };
  return sandbox({ world: { planetscale: { orgs, behaviour } } });
}

describe('queries to PlanetScale', () => {
  it('answer as the official driver reads it', async () => {
    const { body } = await query(await boxWith({}), 'u', 's');
    expect(body.session).toEqual(expect.any(Object));
    const [field] = body.result.fields;
    const [row] = body.result.rows;
    expect([field.name, field.type, row.lengths]).toEqual(['1', 'INT64', ['1']]);
    expect(Buffer.from(row.values, 'base64').toString()).toBe('1');
  });

  it.each([
    ['u', 'wrong'],
    ['p', 's'],
    ['', ''],
  ])('refuse the login %s:%s', async (username, password) => {
    const reply = await query(await boxWith({}), username, password);
    expect(reply).toMatchObject({ status: 401, body: { error: { code: 'UNAUTHENTICATED' } } });
  });

  it('start a session', async () => {
    const box = await boxWith({});
    const login = Buffer.from('u:s').toString('base64');
    const api = client(box.urls.planetscaleQuery, `Basic ${login}`);
    const session = await api('POST', '/psdb.v1alpha1.Database/CreateSession', {});
    expect(session.body).toMatchObject({ session: { signature: expect.any(String) as string } });
    expect((await api('POST', '/psdb.v1alpha1.Database/Other', {})).status).toBe(404);
    expect((await api('POST', '/psdb.v1alpha1.Database/Execute', {})).status).toBe(400);
  });

  it.each([
    ['reader', ['select 1', 'select * from t'], ['insert into t values (1)', 'drop table t']],
    ['writer', ['insert into t values (1)'], ['select 1', 'select * from t', 'drop table t']],
    ['readwriter', ['select * from t', 'delete from t'], ['create table t (id int)']],
    ['admin', ['select 1', 'update t set a = 1', 'create table t (id int)'], []],
  ] as const)('do what the role %s may do', async (role, allowed, denied) => {
    const box = await boxWith({ role });
    for (const text of allowed)
      expect((await query(box, 'u', 's', text)).body.error).toBeUndefined();
    for (const text of denied)
      expect(await query(box, 'u', 's', text)).toMatchObject({
        status: 200,
        body: { error: { code: 'PERMISSION_DENIED' } },
      });
  });

  it('let writers select a number, if the world says so', async () => {
    const box = await boxWith({ role: 'writer' }, { writersSelect: 'allowed' });
    expect((await query(box, 'u', 's')).body.error).toBeUndefined();
    expect((await query(box, 'u', 's', 'select * from t')).body.error).toBeDefined();
  });

  it('come from the ranges of the password only', async () => {
    expect((await query(await boxWith({ cidrs: ['127.0.0.0/8'] }), 'u', 's')).status).toBe(200);
    expect((await query(await boxWith({ cidrs: [] }), 'u', 's')).status).toBe(200);
    const reply = await query(await boxWith({ cidrs: ['203.0.113.0/24'] }), 'u', 's');
    expect(reply).toMatchObject({ status: 403, body: { error: { code: 'PERMISSION_DENIED' } } });
  });

  it('are remembered as the last use, in whole seconds', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = planetscale(box);
    const { body } = await api('POST', PASSWORDS, {});
    clock.advance(5500);
    await query(box, body.username, 'wrong');
    expect((await api('GET', `${PASSWORDS}/${body.id}`)).body.last_used_at).toBeNull();
    await query(box, body.username, body.plain_text);
    const shown = await api('GET', `${PASSWORDS}/${body.id}`);
    expect(shown.body.last_used_at).toBe('2026-01-15T00:00:05.000Z');
  });

  it('are recorded, and faults happen to them', async () => {
    const box = await boxWith({});
    await control(box)('POST', '/faults', {
      provider: 'planetscale',
      path: '/Execute',
      times: 1,
      action: { status: 503 },
    });
    expect((await query(box, 'u', 's')).status).toBe(503);
    expect((await query(box, 'u', 's')).status).toBe(200);
    const { body } = await control(box)('GET', '/requests');
    expect(body.map(({ provider, path }: Record<string, string>) => [provider, path])).toEqual([
      ['planetscale', '/psdb.v1alpha1.Database/Execute'],
      ['planetscale', '/psdb.v1alpha1.Database/Execute'],
    ]);
  });
});

describe('a job with a branch password', () => {
  const items = (values: Record<string, string>): ItemsWorld =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

  async function jobWith(values: (host: string) => Record<string, string>, job: object) {
    const box = await sandbox();
    const host = new URL(box.urls.planetscaleQuery).host;
    await control(box)('POST', '/seed', {
      ...box.state(),
      github: { 'acme/web': { actions: items(values(host)) } },
    });
    const use = { sink: 'github:acme/web', use: 'planetscale-password', ...job };
    return { box, result: await control(box)('POST', '/ci-job', use) };
  }
  const [{ username = '', password = '' } = {}] =
    seedWorld(0).planetscale.orgs?.['acme']?.passwords ?? [];

  it('uses its parts or its URL', async () => {
    const ok = { ok: true, status: 200, tokenId: 'cishoppw5t7b' };
    const names = { username: 'U', password: 'P', host: 'H' };
    const apart = await jobWith((H) => ({ U: username, P: password, H }), { names });
    expect(apart.result.body).toEqual(ok);
    const url = (host: string) => `mysql://${username}:${password}@${host}/shop?sslaccept=strict`;
    const whole = await jobWith((host) => ({ DATABASE_URL: url(host) }), {
      names: { url: 'DATABASE_URL' },
    });
    expect(whole.result.body).toEqual(ok);
    const file = await jobWith((host) => ({ ENV: `DATABASE_URL="${url(host)}"\n` }), {
      layout: 'file',
      names: { file: 'ENV', url: 'DATABASE_URL' },
    });
    expect(file.result.body).toEqual(ok);
    const [used] = whole.box.state().planetscale?.orgs?.['acme']?.passwords ?? [];
    expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });

  it('reads a slot, or one field under several names', async () => {
    const ok = { ok: true, status: 200, tokenId: 'cishoppw5t7b' };
    const url = (host: string) => `mysql://${username}:${password}@${host}/shop`;
    const names = { url: ['A', 'B'] };
    const same = await jobWith((host) => ({ A: url(host), B: url(host) }), { names });
    expect(same.result.body).toEqual(ok);
    const torn = await jobWith((host) => ({ A: url(host), B: 'mysql://old' }), { names });
    expect(torn.result.body).toEqual({ ok: false, status: null, tokenId: null });
    const job = { layout: 'slots', names: { url: 'A', slot: 'SLOT' } };
    const { box } = await jobWith((host) => ({ A_X: url(host), A_Y: 'mysql://old' }), job);
    const run = async (value: string) => {
      const write = { op: 'write', sink: 'github:acme/web', kind: 'variable', name: 'SLOT', value };
      await control(box)('POST', '/admin', write);
      const use = { sink: 'github:acme/web', use: 'planetscale-password', ...job };
      return (await control(box)('POST', '/ci-job', use)).body;
    };
    expect(await run('X')).toEqual(ok);
    expect((await run('Y')).ok).toBe(false);
  });

  it('fails with another secret, with none, and at a host that is not there', async () => {
    const names = { username: 'U', password: 'P', host: 'H' };
    const tokenId = 'cishoppw5t7b';
    const wrong = await jobWith((H) => ({ U: username, P: 'x', H }), { names });
    expect(wrong.result.body).toEqual({ ok: false, status: 401, tokenId });
    const elsewhere = await jobWith(() => ({ U: username, P: password, H: 'a.example' }), {
      names,
    });
    expect(elsewhere.result.body).toEqual({ ok: false, status: null, tokenId });
    const none = await jobWith(() => ({}), { names });
    expect(none.result.body).toEqual({ ok: false, status: null, tokenId: null });
  });

  it('is refused for a kind or a field that does not exist', async () => {
    const none = await jobWith(() => ({}), { use: 'none' });
    const field = await jobWith(() => ({}), { names: { token: 'A' } });
    for (const { result } of [none, field]) expect(result.status).toBe(400);
  });
});
