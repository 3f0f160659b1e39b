import { describe, expect, it } from 'vitest';

import { ADMIN, call, MANAGER, world } from './support/world.ts';

describe('the token that the issuer acts with', () => {
  it('is named without a request', async () => {
    const { issuer, env, requests } = await world();
    expect(issuer.actingToken?.()).toBe(ADMIN.id);
    env['PLANETSCALE_SERVICE_TOKEN'] = '';
    expect(issuer.actingToken?.()).toBeUndefined();
    expect(await requests()).toEqual([]);
  });

  it('may be another one, which then revokes the one before', async () => {
    const { issuer, tokens } = await world();
    const fresh = await issuer.issue({ label: 'successor' }, call);
    await issuer.grant(fresh.token.id, MANAGER, call);
    const successor = issuer.actAs?.(fresh);
    expect(successor?.actingToken?.()).toBe(fresh.token.id);
    expect(await successor?.revoke(ADMIN.id, call)).toBe('revoked');
    await expect(issuer.get(fresh.token.id, call)).rejects.toMatchObject({ code: 'AUTH_DENIED' });
    expect(await successor?.get(fresh.token.id, call)).toMatchObject({
      permissions: MANAGER.toSorted(),
    });
    expect(tokens().find(({ id }) => id === ADMIN.id)?.revokedAt).not.toBeNull();
  });
});
