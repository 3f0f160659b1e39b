import { Secret, type Credential } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { START } from '../../http/test/support/adapters/context.ts';
import { acme, ADMIN, call, world } from './support/world.ts';

const permissions = ['shop/read_branch'];

describe('verify', () => {
  it('uses the new token, and reads its permissions with our own', async () => {
    const { issuer, requests } = await world();
    const credential = await issuer.issue({ label: 'new' }, call);
    await issuer.grant(credential.token.id, permissions, call);
    const before = (await requests()).length;
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
    const used = (await requests())
      .slice(before)
      .map(({ path, requestHeaders: { authorization } }) => [
        path.split('?')[0],
        String(authorization).split(':')[0],
      ]);
    expect(used).toHaveLength(2);
    expect(used).toEqual(
      expect.arrayContaining([
        ['/v1/organizations', credential.token.id],
        [`/v1/organizations/acme/service-tokens/${credential.token.id}`, ADMIN.id],
      ]),
    );
  });

  it('waits for a token that does not work everywhere yet', async () => {
    const { issuer, clock } = await world({ behaviour: { useDelayMs: 3000 } });
    const credential = await issuer.issue({ label: 'new' }, call);
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    expect(clock.now() - START).toBe(500 + 1000 + 2000);
  });

  it('gives up after ten seconds', async () => {
    const { issuer, clock } = await world({ behaviour: { useDelayMs: 10_001 } });
    const credential = await issuer.issue({ label: 'new' }, call);
    const result = await issuer.verify(credential, [], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
    expect(clock.now() - START).toBe(10_000);
  });

  it('refuses a token that has expired', async () => {
    const { issuer, clock } = await world();
    const credential = await issuer.issue({ label: 'new', ttl: 60_000 }, call);
    await clock.advance(60_000);
    const result = await issuer.verify(credential, [], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
  });

  it('refuses a token of another organization', async () => {
    const foreign = { id: 'foreign00000', token: 'pscale_tkn_CANARY-foreign' };
    const { issuer } = await world({ orgs: { ...acme(), umbrella: { tokens: [foreign] } } });
    const credential: Credential = {
      token: { id: foreign.id, label: 'new', issuedAt: new Date(START).toISOString() },
      fields: { id: foreign.id, token: new Secret(foreign.token) },
    };
    const result = await issuer.verify(credential, [], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
  });

  it.each(['/v1/organizations\\?', '/service-tokens/'])(
    'does not call a network failure at %s a bad token',
    async (path) => {
      const { issuer, fault } = await world();
      const credential = await issuer.issue({ label: 'new' }, call);
      await fault({ path, action: { reset: true } });
      const error = await failure(issuer.verify(credential, permissions, call));
      expect(error.code).toBe('NETWORK_FAILED');
    },
  );
});
