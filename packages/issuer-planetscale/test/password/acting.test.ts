import { describe, expect, it } from 'vitest';

import passwords from '../../src/password/index.ts';
import roles from '../../src/role/index.ts';
import { branches, branchWorld } from '../support/branches.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { call } from '../support/world.ts';

const LOGIN = 'pscale_oauth_CANARY-login';
const kinds = [
  ['passwords', passwords, { database: 'shop', role: 'reader' }],
  ['roles', roles, { database: 'ledger' }],
] as const;

describe.each(kinds)('what manages %s', (_, adapter, options) => {
  it('is the service token or the login of the kind planetscale', async () => {
    const world = await branchWorld(adapter, options, {
      orgs: branches(),
      logins: [{ token: LOGIN, email: 'ada@acme.example' }],
    });
    const { issuer, env } = world;
    expect(await issuer.check(call)).toMatchObject({ account: 'acme', problems: [] });
    expect(await issuer.credentials?.(call)).toMatchObject({ form: 'a service token' });
    Object.assign(env, {
      PLANETSCALE_SERVICE_TOKEN_ID: undefined,
      PLANETSCALE_SERVICE_TOKEN: undefined,
      PLANETSCALE_API_TOKEN: LOGIN,
    });
    expect(await issuer.check(call)).toMatchObject({ account: 'acme', problems: [] });
    expect(await issuer.credentials?.(call)).toMatchObject({ accounts: ['acme'] });
    const { token } = await issuer.issue({ label: 'new' }, call);
    expect(await issuer.find('new', call)).toMatchObject([{ id: token.id }]);
  });

  it('has to belong to the organization, and the database has to be there', async () => {
    const { open } = await branchWorld(adapter, options);
    for (const wrong of [{ org: 'umbrella' }, { database: 'nowhere' }, { branch: 'nowhere' }]) {
      const other = await open({ ...options, ...wrong });
      expect(await failure(other.check(call))).toMatchObject({ code: 'TARGET_NOT_FOUND' });
    }
  });

  it('is asked for by the first request, not before', async () => {
    const { open } = await branchWorld(adapter, options);
    const issuer = await open({ ...options, org: 'acme' }, {});
    expect(issuer.id).toContain('acme/');
    expect(await failure(issuer.check(call))).toMatchObject({ code: 'CREDENTIALS_MISSING' });
  });

  it('checks its permissions by a schema that says which there are', async () => {
    const validate = adapter.permission?.['~standard'].validate;
    expect(await validate?.('read_organization')).toMatchObject({
      issues: [{ message: expect.stringMatching(/role=reader|inherits=pg_read_all_data/) }],
    });
    expect(await validate?.(7)).toHaveProperty('issues');
  });
});
