import { describe, expect, it } from 'vitest';

import { call, failure, MANAGER, world } from './support/issuer.ts';

describe('check', () => {
  it('costs one request, and tells what the service token may do', async () => {
    const { server, issuer, admin } = await world();
    expect(await issuer.check(call)).toEqual({
      account: 'acme',
      actingToken: admin.id,
      can: { list: 'yes', create: 'yes', grant: 'unknown', revoke: 'yes' },
      problems: [],
    });
    expect(server.requests).toHaveLength(1);
  });

  it('reports accesses that a rotation will need', async () => {
    const { issuer } = await world(['read_service_tokens']);
    const { can, problems } = await issuer.check(call);
    expect(can).toEqual({ list: 'yes', create: 'no', grant: 'no', revoke: 'no' });
    expect(problems.map(({ code, effect }) => [code, effect])).toEqual([
      ['PERMISSION_DENIED', 'none'],
      ['PERMISSION_DENIED', 'none'],
    ]);
    expect(problems.map(({ hint }) => hint).join()).toMatch(/write_service.*delete_service/);
  });

  it('does not guess where the answer does not tell', async () => {
    const { server, issuer, admin } = await world();
    server.interfere = () => ({ status: 200, body: { id: admin.id } });
    const { can, problems } = await issuer.check(call);
    expect(can).toEqual({ list: 'yes', create: 'unknown', grant: 'unknown', revoke: 'unknown' });
    expect(problems).toEqual([]);
  });

  it('costs one request with a login, too', async () => {
    const { server, issuer, env } = await world();
    server.logins.set('pscale_oauth_CANARY', ['acme']);
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = undefined;
    env['PLANETSCALE_SERVICE_TOKEN'] = undefined;
    env['PLANETSCALE_API_TOKEN'] = 'pscale_oauth_CANARY';
    const report = await issuer.check(call);
    expect(report).toMatchObject({ can: { list: 'yes', create: 'unknown' }, problems: [] });
    expect(report.actingToken).toBeUndefined();
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.authorization).toBe('Bearer pscale_oauth_CANARY');
  });

  it('says it when a login has expired', async () => {
    const { issuer, env } = await world();
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = '';
    env['PLANETSCALE_SERVICE_TOKEN'] = '';
    env['PLANETSCALE_API_TOKEN'] = 'pscale_oauth_CANARY';
    expect((await failure(issuer.check(call))).code).toBe('AUTH_DENIED');
  });

  it('says it when the credentials are not valid, though the answer is 404', async () => {
    const { server, issuer, env } = await world();
    env['PLANETSCALE_SERVICE_TOKEN'] = 'pscale_tkn_CANARY-wrong';
    expect((await failure(issuer.check(call))).code).toBe('AUTH_DENIED');
    expect(server.requests).toHaveLength(2);
  });

  it('names the organizations when the credentials belong to others', async () => {
    const { server, issuer, admin } = await world();
    server.organizations.set(admin.id, 'umbrella\u001B[2J');
    const error = await failure(issuer.check(call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toBe('They belong to umbrella\\u001b[2J.');
  });

  it('says it when the token may not read tokens', async () => {
    const { issuer } = await world(MANAGER.slice(1));
    const error = await failure(issuer.check(call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('read_service_tokens');
  });
});
