import type { FaultAction } from '@keyturn/sandbox';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { START } from '../../http/test/support/adapters/context.ts';
import { acme, ADMIN, call, MANAGER, world } from './support/world.ts';

const LOGIN = 'pscale_oauth_CANARY';
const asLogin = {
  PLANETSCALE_SERVICE_TOKEN_ID: undefined,
  PLANETSCALE_SERVICE_TOKEN: '',
  PLANETSCALE_API_TOKEN: LOGIN,
};

describe('check', () => {
  it('costs one request, and tells what the service token may do', async () => {
    const { issuer, requests } = await world();
    expect(await issuer.check(call)).toEqual({
      account: 'acme',
      actingToken: ADMIN.id,
      can: { list: 'yes', create: 'yes', grant: 'unknown', revoke: 'yes' },
      needed: MANAGER,
      problems: [],
    });
    expect(await requests()).toHaveLength(1);
  });

  it('costs one request with a login, too', async () => {
    const { issuer, env, requests } = await world({
      logins: [{ token: LOGIN, email: 'ada@acme.example' }],
    });
    Object.assign(env, asLogin);
    const report = await issuer.check(call);
    expect(report).toMatchObject({ can: { list: 'yes', create: 'unknown' }, problems: [] });
    expect(report.actingToken).toBeUndefined();
    const [only, ...more] = await requests();
    expect(only?.requestHeaders['authorization']).toBe(`Bearer ${LOGIN}`);
    expect(more).toEqual([]);
  });

  it('reports accesses that a rotation will need', async () => {
    const { issuer } = await world({ orgs: acme({ ...ADMIN, accesses: MANAGER.slice(0, 1) }) });
    const { can, problems } = await issuer.check(call);
    expect(can).toEqual({ list: 'yes', create: 'no', grant: 'no', revoke: 'no' });
    expect(problems.map(({ code, effect }) => [code, effect])).toEqual([
      ['PERMISSION_DENIED', 'none'],
      ['PERMISSION_DENIED', 'none'],
    ]);
    expect(problems.map(({ hint }) => hint).join()).toMatch(/write_service.*delete_service/);
  });

  it.each([[[{ access: 7 }]], [[null]]])(
    'does not say that an access is missing where the answer has %j',
    async (accesses) => {
      const { issuer, fault } = await world();
      const body = { id: ADMIN.id, service_token_accesses: accesses };
      await fault({ action: { status: 200, body } });
      expect((await failure(issuer.check(call))).code).toBe('ANSWER_INVALID');
    },
  );

  it.each<[string, FaultAction]>([
    ['fails', { status: 503 }],
    ['has one without a name', { status: 200, body: { data: [{ id: 'x' }], next_page: null } }],
  ])('tells the refusal itself where the list of organizations %s', async (_, action) => {
    const { issuer, fault } = await world();
    await fault({ path: 'service-tokens', action: { status: 403, body: {} } });
    await fault({ path: '/organizations\\?', action });
    expect((await failure(issuer.check(call))).code).toBe('PERMISSION_DENIED');
  });

  it('does not guess where the answer does not tell', async () => {
    const { issuer, fault } = await world();
    await fault({ action: { status: 200, body: { id: ADMIN.id } } });
    const { can, problems } = await issuer.check(call);
    expect(can).toEqual({ list: 'yes', create: 'unknown', grant: 'unknown', revoke: 'unknown' });
    expect(problems).toEqual([]);
  });

  it('says it when the token may not read tokens', async () => {
    const { issuer } = await world({ orgs: acme({ ...ADMIN, accesses: MANAGER.slice(1) }) });
    const error = await failure(issuer.check(call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('read_service_tokens');
  });
});

describe('a 404 of the two that look alike', () => {
  it.each([
    ['mistyped', ADMIN, 'pscale_tkn_CANARY-wrong'],
    ['expired', { ...ADMIN, expiresAt: new Date(START).toISOString() }, ADMIN.token],
    ['deleted', { ...ADMIN, revokedAt: new Date(START).toISOString() }, ADMIN.token],
  ])('means that the service token is %s', async (_, acting, token) => {
    const { issuer, env, requests } = await world({ orgs: acme(acting) });
    env['PLANETSCALE_SERVICE_TOKEN'] = token;
    const error = await failure(issuer.check(call));
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(error.hint).toContain('mistyped, expired or deleted');
    expect((await requests()).map(({ status }) => status)).toEqual([404, 401]);
  });

  it('means that the credentials belong to other organizations, which are named', async () => {
    const { issuer } = await world({
      orgs: { acme: {}, 'umbrella\u001B[2J': { tokens: [ADMIN] } },
    });
    const error = await failure(issuer.check(call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toContain('belong to umbrella\\u001b[2J.');
  });

  it('is neither where a login has expired: that is a 401', async () => {
    const { issuer, env, requests } = await world();
    Object.assign(env, asLogin);
    expect(await failure(issuer.check(call))).toMatchObject({ code: 'AUTH_DENIED' });
    expect((await requests()).map(({ status }) => status)).toEqual([401]);
  });
});
