import { describe, expect, it } from 'vitest';

import { call, failure, world } from './support/issuer.ts';

const permissions = ['shop/read_branch'];

describe('verify', () => {
  it('uses the new token, and reads its permissions with our own', async () => {
    const { server, issuer, admin } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    await issuer.grant(credential.token.id, permissions, call);
    server.requests.length = 0;
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
    const used = server.requests.map(({ path, authorization }) => [
      path.split('?')[0],
      authorization.split(':')[0],
    ]);
    expect(used).toHaveLength(2);
    expect(used).toContainEqual(['/v1/organizations', credential.token.id]);
    expect(used).toContainEqual([
      `/v1/organizations/acme/service-tokens/${credential.token.id}`,
      admin.id,
    ]);
  });

  it('waits for a token that is not known everywhere yet', async () => {
    const { server, issuer, clock } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    let refusals = 3;
    server.interfere = () => (refusals-- > 0 ? { status: 401, body: {} } : undefined);
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    expect(clock.slept).toEqual([500, 1000, 2000]);
  });

  it('gives up after ten seconds', async () => {
    const { server, issuer, clock } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    server.tokens.delete(credential.token.id);
    const result = await issuer.verify(credential, [], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
    expect(clock.slept.reduce((sum, one) => sum + one, 0)).toBe(10_000);
  });

  it('fails for a token of another organization, and for one that may do too little', async () => {
    const { server, issuer } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    const lacking = await issuer.verify(credential, permissions, call);
    expect(lacking).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
    server.organizations.set(credential.token.id, 'other');
    const foreign = await issuer.verify(credential, [], call);
    expect(foreign).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
  });

  it('does not call a network failure a bad token', async () => {
    const { server, issuer } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    for (const path of ['/v1/organizations?', '/service-tokens/']) {
      server.interfere = (request) => (request.path.includes(path) ? 'lose' : undefined);
      const error = await failure(issuer.verify(credential, permissions, call));
      expect(error.code).toBe('NETWORK_FAILED');
    }
  });
});
