import { reveal, type Credential } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { call, failure, world } from './support/issuer.ts';

async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('list', () => {
  it('goes over every page', async () => {
    const { server, issuer } = await world();
    for (let i = 0; i < 205; i++) server.add(`t${i}`);
    expect(await toArray(issuer.list(call))).toHaveLength(206);
    expect(server.requests.map(({ path }) => path.split('?')[1])).toEqual([
      'page=1&per_page=100',
      'page=2&per_page=100',
      'page=3&per_page=100',
    ]);
  });

  it('shows what there is, where fields are null', async () => {
    const { server, issuer, admin } = await world();
    server.add(null, [], 'abcdefghijkl');
    const [, token] = await toArray(issuer.list(call));
    expect(token).toEqual({
      id: 'abcdefghijkl',
      label: 'abcdefghijkl',
      issuedAt: '2026-11-01T10:19:23.000Z',
    });
    expect(server.requests[0]?.authorization).toBe(`${admin.id}:${admin.token}`);
  });

  it.each([
    ['the same page again', 1],
    ['text', '2'],
    ['a page far away', 7],
  ])('does not go on for ever: %s', async (_, next) => {
    const { server, issuer } = await world();
    server.interfere = () => ({ status: 200, body: { data: [], next_page: next } });
    expect((await failure(toArray(issuer.list(call)))).code).toBe('ANSWER_INVALID');
    expect(server.requests).toHaveLength(1);
  });

  it('survives hostile names and items', async () => {
    const { server, issuer } = await world();
    const data = [null, 7, { id: '../x' }, { id: 'ok', name: '\u001B[2Jx\u202E' }];
    server.interfere = () => ({ status: 200, body: { data, next_page: null } });
    expect(await toArray(issuer.list(call))).toMatchObject([
      { id: 'ok', label: '\\u001b[2Jx\\u202e' },
    ]);
  });
});

describe('get', () => {
  it('tells what a token may do, sorted and without duplicates', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('ci', ['shop/read_branch', 'read_organization', 'billing/a']);
    const details = await issuer.get(id, call);
    expect(details?.permissions).toEqual(['billing/a', 'read_organization', 'shop/read_branch']);
    expect(server.requests).toHaveLength(1);
  });

  it('is undefined where the whole list shows that there is none', async () => {
    const { server, issuer } = await world();
    for (let i = 0; i < 150; i++) server.add(`t${i}`);
    expect(await issuer.get('gone00000000', call)).toBeUndefined();
    expect(server.requests).toHaveLength(3);
  });

  it('is an error where the 404 means that the credentials are bad', async () => {
    const { issuer, env } = await world();
    env['PLANETSCALE_SERVICE_TOKEN'] = 'pscale_tkn_CANARY-other';
    const error = await failure(issuer.get('gone00000000', call));
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
  });

  it('is an error where the token is listed all the same', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('ci');
    server.interfere = ({ path }) =>
      path.endsWith(id) ? { status: 404, body: { code: 'not_found' } } : undefined;
    expect((await failure(issuer.get(id, call))).code).toBe('TARGET_NOT_FOUND');
  });

  it('is an error where the list changes all the time', async () => {
    const { server, issuer } = await world();
    server.interfere = ({ path }) =>
      path.includes('page=')
        ? { status: 200, body: { data: [{ id: 'a' }], next_page: null, total_count: 2 } }
        : undefined;
    expect((await failure(issuer.get('gone00000000', call))).code).toBe('ANSWER_INVALID');
  });

  it.each([
    ['another kind of resource', { access: 'x', resource_type: 'Branch', resource_name: 'm' }],
    ['no resource', { access: 'read_branch' }],
    ['a hostile access', { access: 'a/b', resource_type: 'Organization' }],
    ['a hostile name', { access: 'a', resource_type: 'Database', resource_name: '\u001B[2J' }],
  ])('is an error for an access that cannot be copied: %s', async (_, access) => {
    const { server, issuer } = await world();
    const { id } = server.add('ci');
    const body = { id, service_token_accesses: [access] };
    server.interfere = () => ({ status: 200, body });
    expect((await failure(issuer.get(id, call))).code).toBe('ANSWER_INVALID');
  });

  it('leaves out what belongs to a deleted database', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('ci');
    const resource = { name: 'old', deleted_at: '2026-01-01T00:00:00Z' };
    const access = { access: 'a', resource_type: 'Database', resource_name: 'old', resource };
    server.interfere = () => ({ status: 200, body: { id, service_token_accesses: [access] } });
    expect((await issuer.get(id, call))?.permissions).toEqual([]);
  });

  it.each(['', '..', 'a/b', 'a?b', 'x'.repeat(65)])('does not ask for the id "%s"', async (id) => {
    const { server, issuer } = await world();
    expect((await failure(issuer.get(id, call))).code).toBe('USAGE_INVALID');
    expect(server.requests).toEqual([]);
  });
});

describe('issue', () => {
  it('returns the three fields, the secrets as secrets', async () => {
    const { server, issuer } = await world();
    const credential: Credential = await issuer.issue({ label: 'keyturn-x', ttl: 3600 }, call);
    const stored = server.tokens.get(credential.token.id);
    expect(credential.token).toEqual({
      id: stored?.id,
      label: 'keyturn-x',
      issuedAt: '2026-11-01T10:19:23.000Z',
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
    const { id, token, pair } = credential.fields;
    expect(id).toBe(stored?.id);
    expect(reveal(token ?? '')).toBe(stored?.token);
    expect(reveal(pair ?? '')).toBe(`${stored?.id}:${stored?.token}`);
    expect(JSON.stringify(credential)).not.toContain('CANARY');
    expect(server.requests[0]?.body).toEqual({ name: 'keyturn-x', ttl: 3600 });
  });

  it('whose answer is lost is asked once, and found by its label', async () => {
    const { server, issuer } = await world();
    for (let i = 0; i < 150; i++) server.add(`t${i}`);
    server.interfere = ({ method }, act) => (method === 'POST' && act() ? 'lose' : undefined);
    const error = await failure(issuer.issue({ label: 'keyturn-lost' }, call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
    expect(server.requests).toHaveLength(1);
    const found = await issuer.find('keyturn-lost', call);
    expect(found.map(({ label }) => label)).toEqual(['keyturn-lost']);
    expect(await issuer.find('keyturn-other', call)).toEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['no secret', { id: 'abcdefghijkl', token: null }],
    ['no id', { token: 'pscale_tkn_CANARY-x' }],
    ['a secret that no header may hold', { id: 'abcdefghijkl', token: 'CANARY-x\ny' }],
  ])('is not trusted where it answers with %s', async (_, body) => {
    const { server, issuer } = await world();
    server.interfere = () => ({ status: 200, body });
    const error = await failure(issuer.issue({ label: 'x' }, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('is certain that a refusal created nothing', async () => {
    const { issuer } = await world(['read_service_tokens']);
    const error = await failure(issuer.issue({ label: 'x' }, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('write_service_tokens');
  });

  it.each([0, -1, 1.5, Number.NaN])('does not ask for a ttl of %d', async (ttl) => {
    const { server, issuer } = await world();
    expect((await failure(issuer.issue({ label: 'x', ttl }, call))).effect).toBe('none');
    expect(server.requests).toEqual([]);
  });
});

describe('revoke', () => {
  it('deletes the token', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('old');
    await issuer.revoke(id, call);
    expect(server.tokens.has(id)).toBe(false);
  });

  it('is content with one that is certainly gone, also after a lost answer', async () => {
    const { server, issuer } = await world();
    const { id } = server.add('old');
    let lost = false;
    server.interfere = ({ method }, act) => {
      if (method !== 'DELETE' || lost) return undefined;
      lost = act().status === 204;
      return 'lose';
    };
    await issuer.revoke(id, call);
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'GET']);
  });

  it('does not take the 404 of bad credentials for gone', async () => {
    const { server, issuer, env } = await world();
    const { id } = server.add('old');
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = 'other0000000';
    expect((await failure(issuer.revoke(id, call))).code).toBe('AUTH_DENIED');
  });

  it('does not take a look-up that fails for gone', async () => {
    const { server, issuer } = await world();
    server.interfere = ({ method }) => (method === 'GET' ? { status: 503, body: {} } : undefined);
    const error = await failure(issuer.revoke('gone00000000', call));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', effect: 'unknown' });
  });

  it('says which access is missing', async () => {
    const { server, issuer } = await world(['read_service_tokens', 'write_service_tokens']);
    const { id } = server.add('old');
    const error = await failure(issuer.revoke(id, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toContain('delete_service_tokens');
  });
});

it('never repeats the secrets or control characters that a server sends back', async () => {
  const { server, issuer, admin } = await world();
  const message = `\u001B[31mno ${admin.token} and ${admin.id}:${admin.token}`;
  for (const status of [400, 401, 403, 404, 422, 500]) {
    server.interfere = () => ({ status, body: { code: 'x', message } });
    for (const request of [
      () => issuer.issue({ label: 'x' }, call),
      () => issuer.get('abcdefghijkl', call),
      () => issuer.grant('abcdefghijkl', ['read_organization'], call),
      () => issuer.revoke('abcdefghijkl', call),
      () => issuer.check(call),
    ])
      expect((await failure(request())).message).not.toContain(admin.token);
  }
});
