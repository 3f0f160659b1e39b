import { describe, expect, it } from 'vitest';

import { client, planetscale, sandbox, tokenNamed } from './support.ts';

const TOKENS = '/organizations/acme/service-tokens';
const notFound = { code: 'not_found', message: 'Not Found' };

async function setUp() {
  const box = await sandbox();
  const base = `${box.urls.planetscale}/v1`;
  return { box, base, admin: tokenNamed(box.state(), 'admin') };
}

describe('authentication at PlanetScale', () => {
  it('lists the organization of any token that works, with its billing data', async () => {
    const { box } = await setUp();
    const { status, body } = await planetscale(box, 'ci-circleci')('GET', '/organizations');
    expect(status).toBe(200);
    expect(body.data).toMatchObject([{ name: 'acme', billing_email: 'billing@acme.example' }]);
    expect(body).not.toHaveProperty('total_count');
  });

  it.each([
    ['a wrong secret', 'admin7k2m9xq:pscale_tkn_wrong'],
    ['an unknown id', 'aaaaaaaaaaaa:pscale_tkn_wrong'],
    ['the secret alone', 'pscale_tkn_wrong'],
    ['a scheme', 'token admin7k2m9xq:pscale_tkn_wrong'],
  ])('answers %s with 401 on /organizations and 404 below it', async (_, header) => {
    const { base } = await setUp();
    const api = client(base, header);
    expect(await api('GET', '/organizations')).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    });
    for (const path of ['/organizations/acme', TOKENS, `${TOKENS}/admin7k2m9xq`])
      expect(await api('GET', path)).toMatchObject({ status: 404, body: notFound });
  });

  it('answers a swapped id and secret with 404', async () => {
    const { base, admin } = await setUp();
    const api = client(base, `${admin.token}:${admin.id}`);
    expect(await api('GET', TOKENS)).toMatchObject({ status: 404, body: notFound });
  });

  it('answers a request without credentials with 401 everywhere', async () => {
    const { base } = await setUp();
    expect((await client(base)('GET', '/organizations')).status).toBe(401);
    expect((await client(base)('GET', TOKENS)).status).toBe(401);
  });

  it('knows login tokens, and words a bad one its own way', async () => {
    const { box, base } = await setUp();
    const token = box.state().planetscale?.logins?.[0]?.token;
    expect(token).toMatch(/^pscale_oauth_/);
    const api = client(base, `Bearer ${token}`);
    expect((await api('GET', '/user')).status).toBe(200);
    expect((await api('GET', TOKENS)).status).toBe(200);
    expect((await api('GET', '/organizations/other')).status).toBe(404);
    const bad = client(base, 'Bearer pscale_oauth_wrong');
    expect(await bad('GET', TOKENS)).toMatchObject({
      status: 401,
      body: { error: 'invalid_token' },
    });
  });

  it('does not know service tokens as users', async () => {
    const { box } = await setUp();
    expect(await planetscale(box)('GET', '/user')).toMatchObject({
      status: 401,
      body: { code: 'unauthorized' },
    });
  });

  it('answers 403 to a token that lacks the access, even for a token that does not exist', async () => {
    const { box } = await setUp();
    const api = planetscale(box, 'ci-github');
    const forbidden = { status: 403, body: { code: 'forbidden' } };
    expect(await api('GET', TOKENS)).toMatchObject(forbidden);
    expect(await api('POST', TOKENS, {})).toMatchObject(forbidden);
    expect(await api('DELETE', `${TOKENS}/aaaaaaaaaaaa`)).toMatchObject(forbidden);
    expect(await api('GET', `${TOKENS}/cigithub4w8d/access`)).toMatchObject(forbidden);
  });

  it('answers 404 for another organization, an unknown path and a wrong method', async () => {
    const { box } = await setUp();
    const api = planetscale(box);
    expect(await api('GET', '/organizations/other')).toMatchObject({ status: 404, body: notFound });
    expect(await api('GET', '/organizations/acme/nothing')).toMatchObject({ body: notFound });
    expect(await api('PATCH', TOKENS)).toMatchObject({ status: 404, body: notFound });
    const bare = client(box.urls.planetscale, 'x');
    expect(await bare('GET', '/organizations')).toMatchObject({ status: 404, body: notFound });
  });

  it('shows databases and branches to those who may see them, and 404 to others', async () => {
    const { box } = await setUp();
    const github = planetscale(box, 'ci-github');
    const names = (await github('GET', '/organizations/acme/databases')).body.data;
    expect(names).toMatchObject([{ name: 'shop' }]);
    expect((await github('GET', '/organizations/acme/databases/shop')).status).toBe(200);
    expect((await github('GET', '/organizations/acme/databases/billing')).status).toBe(404);
    const branches = '/organizations/acme/databases/shop/branches';
    expect((await github('GET', branches)).body.data).toMatchObject([{ name: 'main' }]);
    expect((await github('GET', `${branches}/none`)).status).toBe(404);
  });

  it('lists no database to a fresh token, rather than refusing', async () => {
    const { box, base } = await setUp();
    const { body } = await planetscale(box)('POST', TOKENS, {});
    const fresh = client(base, `${body.id}:${body.token}`);
    expect(await fresh('GET', '/organizations/acme/databases')).toMatchObject({
      status: 200,
      body: { data: [], total_count: 0 },
    });
    expect((await fresh('GET', '/organizations/acme')).status).toBe(403);
  });
});
