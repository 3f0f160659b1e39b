import { Secret, type Credential, type Verification } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { call, READS, told, world } from './support/world.ts';

const SELF = 'GET /personal_access_tokens/self';
const ONE = 'GET /projects/acme%2Finfra/access_tokens/5';
const item = {
  id: 5,
  name: 'keyturn-a',
  scopes: ['read_api'],
  access_level: 20,
  revoked: false,
  expires_at: '2026-12-24',
};
const credential: Credential = {
  token: {
    id: '5',
    label: 'keyturn-a',
    issuedAt: '2026-11-24T09:00:00.000Z',
    expiresAt: '2026-12-24T00:00:00.000Z',
  },
  fields: { id: '5', token: new Secret('glpat-CANARY-new-token0000') },
};

const why = (verification: Verification): string =>
  verification.ok ? 'ok' : verification.error.message;

async function verified(self: object, one: object = item): Promise<string> {
  const { issuer } = await told({
    [SELF]: { status: 200, body: self },
    [ONE]: { status: 200, body: one },
  });
  return why(await issuer.verify(credential, READS, call));
}

describe('a new token', () => {
  it('is used, and shown as it was ordered', async () => {
    const { issuer, requests } = await world();
    const issued = await issuer.issue({ label: 'keyturn-a', permissions: READS }, call);
    expect(await issuer.verify(issued, READS, call)).toEqual({ ok: true });
    expect((await requests()).map(({ path }) => path)).toContain(
      '/api/v4/personal_access_tokens/self',
    );
  });

  it('is not good if GitLab shows anything else', async () => {
    const { access_level: _, ...self } = item;
    expect(await verified(self)).toBe('ok');
    expect(await verified({ ...self, id: 6 })).toMatch(/another token/);
    expect(await verified({ ...self, revoked: true })).toMatch(/rejected/);
    expect(await verified({ ...self, expires_at: '2026-12-01' })).toMatch(/another day/);
    expect(await verified({ ...self, scopes: ['read_api', 'api'] })).toMatch(/has scope=api/);
    expect(await verified(self, { ...item, access_level: 40 })).toMatch(
      /lacks access_level=reporter and has access_level=maintainer/,
    );
    expect(await verified(self, { ...item, scopes: ['api'] })).toMatch(/scope=read_api/);
    expect(await verified(self, { ...item, revoked: true })).toMatch(/not among/);
  });

  it('that is refused at first gets ten seconds', async () => {
    let refusals = 2;
    const { access_level: _, ...self } = item;
    const { issuer } = await told({
      [SELF]: () => ({ status: refusals-- > 0 ? 401 : 200, body: self }),
      [ONE]: { status: 200, body: item },
    });
    expect(await issuer.verify(credential, READS, call)).toEqual({ ok: true });
  });

  it('that is never accepted is rejected', async () => {
    const { issuer, server } = await told({
      [SELF]: { status: 401, body: { message: '401 Unauthorized' } },
      [ONE]: { status: 200, body: item },
    });
    expect(why(await issuer.verify(credential, READS, call))).toMatch(/rejected/);
    expect(server.routes.filter((route) => route === SELF)).toHaveLength(6);
  });

  it('is in no error', async () => {
    const { issuer } = await told({
      [SELF]: { status: 403, body: { message: 'no glpat-CANARY-new-token0000 here' } },
      [ONE]: { status: 200, body: item },
    });
    expect((await failure(issuer.verify(credential, READS, call))).message).toContain('[secret]');
  });
});
