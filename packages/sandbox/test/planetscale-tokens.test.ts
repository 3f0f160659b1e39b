import { describe, expect, it } from 'vitest';

import { agreeing, client, createClock, planetscale, sandbox, tokenNamed } from './support.ts';

const TOKENS = '/organizations/acme/service-tokens';
const notFound = { code: 'not_found', message: 'Not Found' };

describe('service tokens of PlanetScale', () => {
  it('are created with their plaintext, which is never shown again', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const api = planetscale(box);
    const { status, body } = await api('POST', TOKENS, { name: 'new', ttl: 3600 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{12}$/) as string,
      type: 'ServiceToken',
      name: 'new',
      token: expect.stringMatching(/^pscale_tkn_\w{43}$/) as string,
      created_at: '2026-01-15T00:00:00.000Z',
      expires_at: '2026-01-15T01:00:00.000Z',
      last_used_at: null,
      service_token_accesses: [],
    });
    expect((await api('GET', `${TOKENS}/${body.id}`)).body).toMatchObject({ token: null });
    const list = await api('GET', TOKENS);
    expect(list.body.data.map(({ token }: { token: null }) => token)).toEqual(
      Array.from({ length: 5 }, () => null),
    );
  });

  it('may be created from an empty body', async () => {
    const { body } = await planetscale(await sandbox())('POST', TOKENS);
    expect(body).toMatchObject({ name: null, expires_at: null });
  });

  it.each([{ name: 5 }, { ttl: '3600' }, { ttl: -1 }, { ttl: 1.5 }])(
    'are not created from %j',
    async (body) => {
      const box = await sandbox();
      const before = box.state().planetscale?.orgs?.['acme']?.tokens?.length;
      const reply = await planetscale(box)('POST', TOKENS, body);
      expect([reply.status, reply.body.code]).toEqual([422, 'unprocessable']);
      expect(box.state().planetscale?.orgs?.['acme']?.tokens).toHaveLength(before ?? 0);
    },
  );

  it.each(['{', '[]', '"text"'])('are not created from the text %s', async (body) => {
    const reply = await planetscale(await sandbox())('POST', TOKENS, body);
    expect([reply.status, reply.body.code]).toEqual([400, 'bad_request']);
  });

  it('are listed 25 to a page, oldest first', async () => {
    const tokens = Array.from({ length: 60 }, (_, i) => ({ name: `t${i}` }));
    const admin = { name: 'admin', accesses: ['read_service_tokens'] };
    const box = await sandbox({
      world: { planetscale: { orgs: { acme: { tokens: [admin, ...tokens] } } } },
    });
    const api = planetscale(box);
    const first = await api('GET', TOKENS);
    expect(first.body).toMatchObject({
      type: 'list',
      current_page: 1,
      per_page: 25,
      next_page: 2,
      next_page_url: `${box.urls.planetscale}/v1${TOKENS}?page=2&per_page=25`,
      prev_page: null,
      prev_page_url: null,
      total_count: 61,
      total_pages: 3,
    });
    expect(first.body.data).toHaveLength(25);
    const last = await api('GET', `${TOKENS}?page=3`);
    expect(last.body).toMatchObject({ next_page: null, next_page_url: null, prev_page: 2 });
    expect(last.body.data.at(-1).name).toBe('t59');
    expect((await api('GET', `${TOKENS}?per_page=1000`)).body.per_page).toBe(100);
    expect((await api('GET', `${TOKENS}?page=9`)).body).toMatchObject({
      data: [],
      next_page: null,
    });
  });

  it('are deleted at once, and stay known to the state', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    const path = `${TOKENS}/cigithub4w8d`;
    const gone = planetscale(box, 'ci-github');
    const { status, text } = await api('DELETE', path);
    expect([status, text]).toEqual([204, '']);
    for (const method of ['GET', 'DELETE'])
      expect(await api(method, path)).toMatchObject({ status: 404, body: notFound });
    expect((await gone('GET', '/organizations')).status).toBe(401);
    expect(tokenNamed(box.state(), 'ci-github').revokedAt).toEqual(expect.any(String));
  });

  it('may delete themselves', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    expect((await api('DELETE', `${TOKENS}/admin7k2m9xq`)).status).toBe(204);
    expect((await api('GET', TOKENS)).status).toBe(404);
  });

  it('live exactly as long as was asked, though time passes meanwhile', async () => {
    const clock = createClock();
    const passing = (): number => {
      clock.advance(1);
      return clock.now();
    };
    const box = await sandbox({ clock: passing });
    const { body } = await planetscale(box)('POST', TOKENS, { ttl: 60 });
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(60_000);
  });

  it('stop working when their time is over', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    const { body } = await planetscale(box)('POST', TOKENS, { ttl: 60 });
    const api = client(`${box.urls.planetscale}/v1`, `${body.id}:${body.token}`);
    clock.advance(59_999);
    expect((await api('GET', '/organizations')).status).toBe(200);
    clock.advance(1);
    expect((await api('GET', '/organizations')).status).toBe(401);
    expect((await planetscale(box)('GET', `${TOKENS}/${body.id}`)).status).toBe(200);
  });

  it('remember when they were used last', async () => {
    const clock = createClock();
    const box = await sandbox({ clocks: agreeing, clock: clock.now });
    clock.advance(5000);
    await planetscale(box, 'ci-gitlab')('GET', '/organizations');
    const { body } = await planetscale(box)('GET', `${TOKENS}/cigitlab9r3k`);
    expect(body.last_used_at).toBe(new Date(clock.now()).toISOString());
  });

  it('can appear, work and end late, where the world says so', async () => {
    const clock = createClock();
    const box = await sandbox({
      clocks: agreeing,
      clock: clock.now,
      world: {
        planetscale: {
          orgs: {
            acme: {
              tokens: [
                {
                  name: 'admin',
                  createdAt: new Date(0).toISOString(),
                  accesses: [
                    'read_service_tokens',
                    'write_service_tokens',
                    'delete_service_tokens',
                  ],
                },
              ],
            },
          },
          behaviour: { listDelayMs: 10, useDelayMs: 20, revokeDelayMs: 30 },
        },
      },
    });
    const admin = planetscale(box);
    const { body } = await admin('POST', TOKENS, { name: 'new' });
    const used = client(`${box.urls.planetscale}/v1`, `${body.id}:${body.token}`);
    const statuses = async () => [
      (await admin('GET', `${TOKENS}/${body.id}`)).status,
      (await used('GET', '/organizations')).status,
    ];
    expect(await statuses()).toEqual([404, 401]);
    clock.advance(10);
    expect(await statuses()).toEqual([200, 401]);
    clock.advance(10);
    expect(await statuses()).toEqual([200, 200]);
    await admin('DELETE', `${TOKENS}/${body.id}`);
    clock.advance(29);
    expect(await statuses()).toEqual([404, 200]);
    clock.advance(1);
    expect(await statuses()).toEqual([404, 401]);
  });
});
