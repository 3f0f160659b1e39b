import { describe, expect, it } from 'vitest';

import { call, failure, world } from './support/issuer.ts';

const PERMISSIONS = ['read_organization', 'shop/read_branch', 'shop/connect_branch', 'billing/a'];

describe('grant', () => {
  it('asks once per database and once for the organization, then reads back', async () => {
    const { server, issuer } = await world();
    const { id, permissions } = server.add('new');
    await issuer.grant(id, PERMISSIONS, call);
    expect([...permissions].toSorted()).toEqual(PERMISSIONS.toSorted());
    const bodies = server.requests.filter(({ method }) => method === 'POST');
    expect(bodies.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        { database: '', access: ['read_organization'] },
        { database: 'billing', access: ['a'] },
        { database: 'shop', access: ['connect_branch', 'read_branch'] },
      ]),
    );
    expect(server.requests).toHaveLength(4);
  });

  it('is repeated where an answer is lost, for it may be', async () => {
    const { server, issuer } = await world();
    const { id, permissions } = server.add('new');
    let lost = false;
    server.interfere = ({ method }, act) => {
      if (method !== 'POST' || lost) return undefined;
      lost = act().status === 200;
      return 'lose';
    };
    await issuer.grant(id, ['shop/read_branch'], call);
    expect([...permissions]).toEqual(['shop/read_branch']);
  });

  it.each([400, 401, 403, 404, 422])('that is refused with %d says what to do', async (status) => {
    const { server, issuer } = await world();
    const { id } = server.add('new');
    server.interfere = ({ method }) =>
      method === 'POST' ? { status, body: { message: 'no' } } : undefined;
    const error = await failure(issuer.grant(id, ['shop/read_branch'], call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'none' });
    expect(error.message).toContain('the database shop');
    expect(error.hint).toContain(
      status % 100 === 0 || status === 422 ? 'names' : 'PLANETSCALE_API_TOKEN',
    );
  });

  it('that is refused in part may have changed something', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('new');
    const permissions = ['gone/read_branch', 'shop/read_branch'];
    const error = await failure(issuer.grant(id, permissions, call));
    expect(error).toMatchObject({ code: 'GRANT_REFUSED', effect: 'unknown' });
    expect(error.hint).toContain('Does the database gone exist?');
  });

  it('is refused where the server accepts it and does nothing', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('new');
    server.interfere = ({ method }) => (method === 'POST' ? { status: 200, body: {} } : undefined);
    const error = await failure(issuer.grant(id, PERMISSIONS, call));
    expect(error.code).toBe('GRANT_REFUSED');
    expect(error.message).toContain('billing/a, read_organization');
  });

  it('may have happened where reading it back fails', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('new');
    server.interfere = ({ method }) => (method === 'GET' ? 'lose' : undefined);
    const error = await failure(issuer.grant(id, ['shop/a'], call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
  });

  it.each(['', '/', 'shop/', '/read', 'a b/c', 'shop/read branch'])(
    'does not ask for the permission "%s"',
    async (permission) => {
      const { server, issuer } = await world();
      const { id } = server.add('new');
      const error = await failure(issuer.grant(id, [permission], call));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
      expect(server.requests).toEqual([]);
    },
  );
});

describe('ungrant', () => {
  it('takes away what it is told, and nothing else', async () => {
    const { server, issuer } = await world();
    const { id, permissions } = server.add('new', PERMISSIONS);
    await issuer.ungrant(id, ['shop/read_branch', 'read_organization', 'shop/unknown'], call);
    expect([...permissions]).toEqual(['shop/connect_branch', 'billing/a']);
    const deletions = server.requests.filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ body }) => body)).toContainEqual({
      database: '',
      access: ['read_organization'],
    });
  });

  it('says it where something is left', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('new', PERMISSIONS);
    server.interfere = ({ method }) =>
      method === 'DELETE' ? { status: 200, body: {} } : undefined;
    const error = await failure(issuer.ungrant(id, ['billing/a'], call));
    expect(error.code).toBe('GRANT_REFUSED');
    expect(error.message).toContain('billing/a');
  });
});
