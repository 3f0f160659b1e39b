import { reveal } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { acme, ADMIN, call, MANAGER, SHOWN, world } from './support/world.ts';

const ID = 'abcdefghijkl';

describe('issue', () => {
  it('asks with label and lifetime, and returns the three fields', async () => {
    const { issuer, requests, tokens } = await world();
    const { token, fields } = await issuer.issue({ label: 'keyturn-x', ttl: 3_600_000 }, call);
    const stored = tokens().at(-1);
    expect(token).toEqual({
      id: stored?.id,
      label: 'keyturn-x',
      issuedAt: new Date(SHOWN).toISOString(),
      expiresAt: new Date(SHOWN + 3_600_000).toISOString(),
    });
    expect(fields['id']).toBe(stored?.id);
    expect(reveal(fields['token'] ?? '')).toBe(stored?.token);
    expect(reveal(fields['pair'] ?? '')).toBe(`${stored?.id}:${stored?.token}`);
    const [only, ...more] = await requests();
    expect(only?.requestBody).toBe(JSON.stringify({ name: 'keyturn-x', ttl: 3600 }));
    expect(more).toEqual([]);
  });

  it('is dated by PlanetScale’s own clock, even if the token does not say when', async () => {
    const { issuer, fault } = await world();
    const body = { id: ID, token: 'pscale_tkn_CANARY-x' };
    const headers = { date: 'Tue, 24 Nov 2026 10:11:12 GMT' };
    await fault({ action: { status: 200, headers, body } });
    const { token } = await issuer.issue({ label: 'x' }, call);
    expect(token.issuedAt).toBe('2026-11-24T10:11:12.000Z');
  });

  it.each([
    ['nothing', {}],
    ['no secret', { id: ID, token: null }],
    ['no id', { token: 'pscale_tkn_CANARY-x' }],
    ['a secret that no header may hold', { id: ID, token: 'CANARY-x\ny' }],
  ])('is not trusted where it answers with %s', async (_, body) => {
    const { issuer, fault } = await world();
    await fault({ action: { status: 200, body } });
    const error = await failure(issuer.issue({ label: 'x' }, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('says which access is missing', async () => {
    const { issuer } = await world({ orgs: acme({ ...ADMIN, accesses: MANAGER.slice(0, 1) }) });
    const error = await failure(issuer.issue({ label: 'x' }, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('write_service_tokens');
  });

  it.each([0, -1000, 1500, Number.NaN])('does not ask for a ttl of %d', async (ttl) => {
    const { issuer, requests } = await world();
    expect((await failure(issuer.issue({ label: 'x', ttl }, call))).effect).toBe('none');
    expect(await requests()).toEqual([]);
  });
});

describe('revoke', () => {
  const old = { orgs: acme(ADMIN, [{ id: ID }]) };

  it('looks whether it happened, where something in between answers 200', async () => {
    const { issuer, fault, tokens } = await world(old);
    await fault({ method: 'DELETE', action: { status: 200, body: '<html>Sign in</html>' } });
    const error = await failure(issuer.revoke(ID, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
    expect(tokens().find(({ id }) => id === ID)?.revokedAt ?? null).toBeNull();
  });

  it('is repeated where its answer is lost, and content with a token that is gone then', async () => {
    const { issuer, fault, requests, tokens } = await world(old);
    await fault({ method: 'DELETE', times: 1, action: { dropResponse: true } });
    await issuer.revoke(ID, call);
    expect((await requests()).map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
    expect(tokens().at(-1)?.revokedAt).not.toBeNull();
  });

  it('does not take the 404 of bad credentials for gone', async () => {
    const { issuer, env } = await world(old);
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = 'other0000000';
    expect((await failure(issuer.revoke(ID, call))).code).toBe('AUTH_DENIED');
  });

  it('does not take a look-up that fails for gone', async () => {
    const { issuer, fault } = await world();
    await fault({ method: 'GET', action: { status: 503 } });
    const error = await failure(issuer.revoke('gone00000000', call));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', effect: 'unknown' });
  });

  it('says which access is missing', async () => {
    const acting = { ...ADMIN, accesses: MANAGER.slice(0, 2) };
    const { issuer } = await world({ orgs: acme(acting, [{ id: ID }]) });
    const error = await failure(issuer.revoke(ID, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('delete_service_tokens');
  });
});

it.each([400, 401, 403, 404, 422, 500])(
  'never repeats the secrets or control characters that a server sends back with %d',
  async (status) => {
    const { issuer, fault } = await world();
    const message = `\u001B[31mno ${ADMIN.token} and ${ADMIN.id}:${ADMIN.token}`;
    await fault({ action: { status, body: { code: 'x', message } } });
    for (const request of [
      () => issuer.issue({ label: 'x' }, call),
      () => issuer.get(ID, call),
      () => issuer.grant(ID, ['read_organization'], call),
      () => issuer.revoke(ID, call),
      () => issuer.check(call),
    ])
      expect((await failure(request())).message).not.toContain(ADMIN.token);
  },
);
