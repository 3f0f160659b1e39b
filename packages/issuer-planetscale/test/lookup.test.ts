import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { acme, ADMIN, call, SHOWN, world } from './support/world.ts';

const ID = 'abcdefghijkl';
const tokens = (count: number) =>
  acme(
    ADMIN,
    Array.from({ length: count }, (_, i) => ({ name: `token-${i}` })),
  );

async function toArray<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('list', () => {
  it('asks for pages as large as there are', async () => {
    const { issuer, requests } = await world({ orgs: tokens(204) });
    expect(await toArray(issuer.list(call))).toHaveLength(205);
    expect((await requests()).map(({ path }) => path.split('?')[1])).toEqual([
      'page=1&per_page=100',
      'page=2&per_page=100',
      'page=3&per_page=100',
    ]);
  });

  it('shows what there is, where fields are null', async () => {
    const { issuer, requests } = await world({ orgs: acme(ADMIN, [{ id: ID, name: null }]) });
    const issuedAt = new Date(SHOWN).toISOString();
    expect((await toArray(issuer.list(call)))[1]).toEqual({ id: ID, label: ID, issuedAt });
    const [request] = await requests();
    expect(request?.requestHeaders['authorization']).toBe(`${ADMIN.id}:${ADMIN.token}`);
  });

  it.each([
    ['the same page again', 1],
    ['text', '2'],
    ['a page far away', 7],
  ])('does not go on for ever: %s', async (_, next) => {
    const { issuer, fault, requests } = await world();
    await fault({ action: { status: 200, body: { data: [], next_page: next } } });
    expect((await failure(toArray(issuer.list(call)))).code).toBe('ANSWER_INVALID');
    expect(await requests()).toHaveLength(1);
  });

  it('survives hostile names and items', async () => {
    const { issuer, fault } = await world();
    const data = [null, 7, { id: '../x' }, { id: 'ok', name: '\u001B[2Jx\u202E' }];
    await fault({ action: { status: 200, body: { data, next_page: null } } });
    expect(await toArray(issuer.list(call))).toMatchObject([
      { id: 'ok', label: '\\u001b[2Jx\\u202e' },
    ]);
  });
});

describe('find', () => {
  it.each([[null], [7], [{ id: 7, name: 'x' }], [{ name: 'x' }]])(
    'does not take %j in the list for some other token',
    async (item) => {
      const { issuer, fault } = await world();
      await fault({ action: { status: 200, body: { data: [item], next_page: null } } });
      expect((await failure(issuer.find('x', call))).code).toBe('ANSWER_INVALID');
    },
  );
});

describe('get', () => {
  it('is undefined where every page shows that there is none', async () => {
    const { issuer, requests } = await world({ orgs: tokens(150) });
    expect(await issuer.get('gone00000000', call)).toBeUndefined();
    expect(await requests()).toHaveLength(3);
  });

  it('is an error where the token is listed all the same', async () => {
    const { issuer, fault } = await world({ orgs: acme(ADMIN, [{ id: ID }]) });
    await fault({ path: `${ID}$`, action: { status: 404, body: { code: 'not_found' } } });
    expect((await failure(issuer.get(ID, call))).code).toBe('TARGET_NOT_FOUND');
  });

  it('is an error where the list changes all the time', async () => {
    const { issuer, fault } = await world();
    const body = { data: [{ id: 'a' }], next_page: null, total_count: 2 };
    await fault({ path: 'page=', action: { status: 200, body } });
    expect((await failure(issuer.get('gone00000000', call))).code).toBe('ANSWER_INVALID');
  });

  it.each([
    ['another kind of resource', { access: 'x', resource_type: 'Branch', resource_name: 'm' }],
    ['no resource', { access: 'read_branch' }],
    ['a hostile access', { access: 'a/b', resource_type: 'Organization' }],
    ['a hostile name', { access: 'a', resource_type: 'Database', resource_name: '\u001B[2J' }],
  ])('is an error for an access that cannot be copied: %s', async (_, access) => {
    const { issuer, fault } = await world();
    await fault({ action: { status: 200, body: { id: ID, service_token_accesses: [access] } } });
    expect((await failure(issuer.get(ID, call))).code).toBe('ANSWER_INVALID');
  });

  it('leaves out what belongs to a deleted database', async () => {
    const { issuer, fault } = await world();
    const resource = { name: 'old', deleted_at: '2026-01-01T00:00:00Z' };
    const access = { access: 'a', resource_type: 'Database', resource_name: 'old', resource };
    await fault({ action: { status: 200, body: { id: ID, service_token_accesses: [access] } } });
    expect((await issuer.get(ID, call))?.permissions).toEqual([]);
  });

  it.each(['', '..', 'a/b', 'a?b', 'x'.repeat(65)])('does not ask for the id "%s"', async (id) => {
    const { issuer, requests } = await world();
    expect((await failure(issuer.get(id, call))).code).toBe('USAGE_INVALID');
    expect(await requests()).toEqual([]);
  });
});
