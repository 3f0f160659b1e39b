import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { acme, ADMIN, call, MANAGER, PERMISSIONS, world } from './support/world.ts';

const ID = 'abcdefghijkl';
const bare = { orgs: acme(ADMIN, [{ id: ID }]) };
const granted = { orgs: acme(ADMIN, [{ id: ID, accesses: PERMISSIONS }]) };

describe('grant', () => {
  it('asks once per database and once for the organization, and is proved by the last answer', async () => {
    const { issuer, requests } = await world(bare);
    await issuer.grant(ID, PERMISSIONS, call);
    const all = await requests();
    const bodies = all.filter(({ method }) => method === 'POST').map((one) => one.requestBody);
    expect(bodies.map((body): unknown => JSON.parse(body))).toEqual(
      expect.arrayContaining([
        { database: '', access: ['read_organization'] },
        { database: 'billing', access: ['read_backups'] },
        { database: 'shop', access: ['connect_branch', 'read_branch'] },
      ]),
    );
    expect(all).toHaveLength(3);
  });

  it('is repeated where an answer is lost, for it may be', async () => {
    const { issuer, fault, tokens } = await world(bare);
    await fault({ method: 'POST', times: 1, action: { dropResponse: true } });
    await issuer.grant(ID, ['shop/read_branch'], call);
    expect(tokens().at(-1)?.accesses).toEqual(['shop/read_branch']);
  });

  it('may be forbidden to service tokens altogether', async () => {
    const { issuer } = await world({ ...bare, behaviour: { serviceTokenGrants: 'refused' } });
    const error = await failure(issuer.grant(ID, ['shop/read_branch'], call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'none' });
    expect(error.hint).toContain('PLANETSCALE_API_TOKEN');
  });

  it('is refused for what the acting token may not do itself', async () => {
    const { issuer, tokens } = await world({
      orgs: acme({ ...ADMIN, accesses: MANAGER }, [{ id: ID }]),
    });
    const error = await failure(issuer.grant(ID, ['shop/read_branch'], call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'none' });
    expect(error.hint).toContain('requires write_service_tokens');
    expect(tokens().at(-1)?.accesses).toEqual([]);
  });

  it.each([400, 401, 403, 404, 422])('that is refused with %d says what to do', async (status) => {
    const { issuer, fault } = await world(bare);
    await fault({ method: 'POST', action: { status, body: { message: 'no' } } });
    const error = await failure(issuer.grant(ID, ['shop/read_branch'], call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'none' });
    expect(error.message).toContain('the database shop');
    expect(error.hint).toContain(
      status === 400 || status === 422 ? 'names' : 'PLANETSCALE_API_TOKEN',
    );
  });

  it('that is refused in part may have changed something', async () => {
    const { issuer, tokens } = await world(bare);
    const permissions = ['shop/read_branch', 'zoo/read_branch'];
    const error = await failure(issuer.grant(ID, permissions, call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'unknown' });
    expect(error.hint).toContain('database zoo exists');
    expect(tokens().at(-1)?.accesses).toEqual(['shop/read_branch']);
  });

  it('that is refused everywhere has changed nothing', async () => {
    const { issuer, tokens } = await world(bare);
    const permissions = ['gone/read_branch', 'zoo/read_branch'];
    const error = await failure(issuer.grant(ID, permissions, call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'none' });
    expect(error.hint).toContain('database gone exists');
    expect(tokens().at(-1)?.accesses).toEqual([]);
  });

  it('asks again for what one of several requests at once did in vain', async () => {
    const { issuer, fault, requests, tokens } = await world(bare);
    await fault({ method: 'POST', times: 1, action: { status: 200, body: {} } });
    await issuer.grant(ID, PERMISSIONS, call);
    expect(tokens().at(-1)?.accesses?.toSorted()).toEqual(PERMISSIONS);
    const methods = (await requests()).map(({ method }) => method);
    expect(methods).toEqual(['POST', 'POST', 'POST', 'GET', 'POST', 'GET']);
  });

  it('asks for everything at once', async () => {
    const { issuer, fault, requests } = await world(bare);
    await fault({ method: 'POST', action: { delayMs: 200 } });
    const granting = issuer.grant(ID, PERMISSIONS, call);
    while ((await requests()).length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect((await requests()).map(({ status }) => status)).toEqual([null, null, null]);
    await granting;
  });

  it('is refused where the server accepts it and does nothing', async () => {
    const { issuer, fault } = await world(bare);
    await fault({ method: 'POST', action: { status: 200, body: {} } });
    const error = await failure(issuer.grant(ID, PERMISSIONS, call));
    expect(error.code).toBe('GRANT_REFUSED');
    expect(error.message).toContain('billing/read_backups, read_organization');
  });

  const shop = { access: 'read_branch', resource: { type: 'Database', name: 'shop' } };
  it.each([
    ['nothing', ''],
    ['no list', { access: ['read_branch'] }],
    ['names alone', { data: ['read_branch'] }],
    ['another database', { data: [{ ...shop, resource: { type: 'Database', name: 'billing' } }] }],
    ['a part of it', { data: [shop] }],
    ['one that cannot be read', { data: [shop, { access: 7 }] }],
  ])('is read back if the answer shows %s', async (_, body) => {
    const permissions = ['shop/connect_branch', 'shop/read_branch'];
    const { issuer, fault, requests } = await world({
      orgs: acme(ADMIN, [{ id: ID, accesses: permissions }]),
    });
    await fault({ method: 'POST', action: { status: 200, body } });
    await issuer.grant(ID, permissions, call);
    expect((await requests()).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('takes no more than all of it for a proof, in the form that the pscale CLI reads', async () => {
    const { issuer, fault, requests } = await world(bare);
    await fault({ method: 'POST', action: { status: 200, body: { data: [shop] } } });
    await issuer.grant(ID, ['shop/read_branch'], call);
    expect((await requests()).map(({ method }) => method)).toEqual(['POST']);
    expect((await failure(issuer.grant(ID, ['shop/read_branch', 'read_x'], call))).code).toBe(
      'GRANT_REFUSED',
    );
  });

  it('may have happened where reading it back fails', async () => {
    const { issuer, fault } = await world(bare);
    await fault({ method: 'POST', action: { status: 200, body: {} } });
    await fault({ method: 'GET', action: { reset: true } });
    const error = await failure(issuer.grant(ID, ['shop/read_branch'], call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
  });

  it.each(['', '/', 'shop/', '/read', 'a b/c', 'shop/read branch'])(
    'does not ask for the permission "%s"',
    async (permission) => {
      const { issuer, requests } = await world(bare);
      const error = await failure(issuer.grant(ID, [permission], call));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
      expect(await requests()).toEqual([]);
    },
  );
});

describe('ungrant', () => {
  it('names the organization by an empty database', async () => {
    const { issuer, requests, tokens } = await world(granted);
    await issuer.ungrant(ID, ['shop/read_branch', 'read_organization'], call);
    expect(tokens().at(-1)?.accesses).toEqual(['billing/read_backups', 'shop/connect_branch']);
    const bodies = (await requests()).map(({ requestBody }) => requestBody);
    expect(bodies).toContain(JSON.stringify({ database: '', access: ['read_organization'] }));
  });

  it('says it where something is left', async () => {
    const { issuer, fault } = await world(granted);
    await fault({ method: 'DELETE', action: { status: 200, body: {} } });
    const error = await failure(issuer.ungrant(ID, ['billing/read_backups'], call));
    expect(error.code).toBe('GRANT_REFUSED');
    expect(error.message).toContain('billing/read_backups');
  });
});

describe('permissions to manage tokens or members', () => {
  it('are told apart, for one database and for the organization', async () => {
    const { issuer } = await world();
    const harmless = [
      'create_databases',
      'read_service_tokens',
      'shop/connect_branch',
      'shop/create_branch_password',
    ];
    const managing = [
      'delete_service_tokens',
      'write_oauth_tokens',
      'write_organization',
      'write_service_tokens',
      'write_teams',
    ];
    expect(issuer.managing?.([...harmless, ...managing])).toEqual(managing);
  });
});
