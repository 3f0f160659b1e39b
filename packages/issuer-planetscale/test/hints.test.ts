import { describe, expect, it } from 'vitest';

import issuer from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { call, world } from './support/world.ts';

const refused = (message: string) => ({ status: 403, body: { code: 'forbidden', message } });

describe('the hint of a refusal', () => {
  it.each<[string, object, string, RegExp]>([
    ['an IP address', refused('Your IP is not allowed'), 'PERMISSION_DENIED', /IP address/],
    ['single sign-on', refused('SSO is required'), 'PERMISSION_DENIED', /single sign-on/],
    ['a suspended account', refused('acme is suspended'), 'PERMISSION_DENIED', /billing/],
    [
      'another server',
      { status: 404, body: '<html><title>Not Found</title>' },
      'CONFIG_INVALID',
      /PLANETSCALE_API_URL/,
    ],
    ['a login page', { status: 200, body: '<title>Log in</title>' }, 'ANSWER_INVALID', /login/],
  ])('names %s, without another request', async (_, action, code, hint) => {
    const { issuer: opened, fault, requests } = await world();
    await fault({ method: 'GET', path: '/service-tokens', times: 9, action });
    const error = await failure(opened.check(call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
    expect(await requests()).toHaveLength(1);
  });

  it('is of the address if it has a path too much', async () => {
    const apiUrl = 'https://api.planetscale.com/v1/organizations/acme';
    const error = await failure(issuer.open({ org: 'acme', apiUrl }, contextOf({}).context));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.hint).toContain('Use https://api.planetscale.com,');
  });
});
