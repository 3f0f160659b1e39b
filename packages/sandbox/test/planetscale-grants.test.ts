import { describe, expect, it } from 'vitest';

import { seedWorld, type PlanetScaleBehaviour, type Sandbox } from '../src/index.ts';
import { client, planetscale, sandbox, tokenNamed } from './support.ts';

const TOKENS = '/organizations/acme/service-tokens';
const ACCESS = `${TOKENS}/cicircle2v6p/access`;

const behaving = (behaviour: PlanetScaleBehaviour): Promise<Sandbox> =>
  sandbox({ world: { planetscale: { ...seedWorld(Date.now()).planetscale, behaviour } } });

const accesses = (box: Sandbox) => tokenNamed(box.state(), 'ci-circleci').accesses;

describe('accesses of a PlanetScale token', () => {
  it('are shown in the token, as a list and by resource', async () => {
    const api = planetscale(await sandbox());
    const expected = {
      access: 'read_branch',
      resource_name: 'billing',
      resource_type: 'Database',
      resource: { name: 'billing', deleted_at: null },
    };
    const { body: token } = await api('GET', `${TOKENS}/cicircle2v6p`);
    expect(token.service_token_accesses[1]).toMatchObject(expected);
    const { body: list } = await api('GET', ACCESS);
    expect(list.data).toMatchObject([
      { access: 'read_organization', type: 'OrganizationAccess', resource: { name: 'acme' } },
      { type: 'DatabaseAccess', ...expected },
      {},
      {},
    ]);
    const { body: grants } = await api('GET', `${TOKENS}/cicircle2v6p/grants`);
    expect(grants.data).toMatchObject([
      {
        resource_name: 'acme',
        resource_type: 'Organization',
        accesses: [{ access: 'read_organization' }],
      },
      {
        type: 'ServiceTokenGrant',
        resource_name: 'billing',
        accesses: [
          { access: 'read_branch' },
          { access: 'connect_branch' },
          { access: 'read_backups' },
        ],
      },
    ]);
  });

  it('are added and removed, for a database and for the organization', async () => {
    const box = await sandbox();
    const api = planetscale(box);
    const add = await api('POST', ACCESS, {
      database: 'shop',
      access: ['read_branch', 'read_branch'],
    });
    expect(add.status).toBe(200);
    expect(add.body.data).toHaveLength(5);
    await api('POST', ACCESS, { database: '', access: ['read_databases'] });
    const remove = await api('DELETE', ACCESS, { database: 'billing', access: ['read_backups'] });
    expect([remove.status, remove.text]).toEqual([204, '']);
    expect(accesses(box)).toEqual([
      'billing/connect_branch',
      'billing/read_branch',
      'read_databases',
      'read_organization',
      'shop/read_branch',
    ]);
  });

  it.each([
    [422, { access: ['read_branch'] }],
    [422, { database: 'shop' }],
    [422, { database: 'shop', access: [] }],
    [422, { database: 'shop', access: ['read_everything'] }],
    [422, { database: 'shop', access: ['read_organization'] }],
    [422, { database: '', access: ['read_branch'] }],
    [422, { database: 'shop', access: ['read_branch', 5] }],
    [404, { database: 'none', access: ['read_branch'] }],
    [400, 'x'],
  ])('are refused with %i for %j, all of them', async (status, body) => {
    const box = await sandbox();
    const before = accesses(box);
    expect((await planetscale(box)('POST', ACCESS, body)).status).toBe(status);
    expect(accesses(box)).toEqual(before);
  });

  it('can be granted only by a token that has them itself', async () => {
    const box = await sandbox();
    const grant = { database: 'shop', access: ['read_branch', 'promote_branches'] };
    expect((await planetscale(box)('POST', ACCESS, grant)).status).toBe(403);
    const login = client(
      `${box.urls.planetscale}/v1`,
      `Bearer ${box.state().planetscale?.logins?.[0]?.token}`,
    );
    expect((await login('POST', ACCESS, grant)).status).toBe(200);
  });

  it('can be granted by anyone who may write tokens, where the world says so', async () => {
    const api = planetscale(await behaving({ grantOwnOnly: false }));
    const grant = { database: 'shop', access: ['promote_branches'] };
    expect((await api('POST', ACCESS, grant)).status).toBe(200);
  });

  it('cannot be granted by service tokens at all, where the world says so', async () => {
    const box = await behaving({ serviceTokenGrants: 'refused' });
    const grant = { database: 'billing', access: ['read_branch'] };
    for (const method of ['POST', 'DELETE'])
      expect(await planetscale(box)(method, ACCESS, grant)).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    expect((await planetscale(box)('GET', ACCESS)).status).toBe(200);
    expect((await planetscale(box)('POST', TOKENS, {})).status).toBe(200);
  });
});
