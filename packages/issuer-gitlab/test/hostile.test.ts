import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { call, READS, told } from './support/world.ts';

const LIST = '/projects/acme%2Finfra/access_tokens';
const PAGE = `GET ${LIST}?per_page=100&page=1`;
const ONE = `GET ${LIST}/5`;
const item = { id: 5, name: 'a', scopes: ['read_api'], access_level: 20, revoked: false };

describe('an answer that is not what GitLab says', () => {
  it.each([
    ['another token', { ...item, id: 6 }],
    ['no id', { ...item, id: undefined }],
    ['an id that is text', { ...item, id: '5' }],
    ['no scopes', { ...item, scopes: undefined }],
    ['scopes that are not names', { ...item, scopes: [{ name: 'api' }] }],
    ['a scope that would be two permissions', { ...item, scopes: ['read_api access_level=owner'] }],
    ['granular scopes', { ...item, granular_scopes: [{ namespace: 'acme' }] }],
    ['the scope of granular ones', { ...item, scopes: ['granular'] }],
    ['no role', { ...item, access_level: null }],
    ['a role of another form', { ...item, access_level: 'owner' }],
    ['a list', [item]],
    ['a page', '<html><title>Sign in</title></html>'],
    ['nothing', ''],
  ])('to get is refused: %s', async (_, body) => {
    const { issuer } = await told({ [ONE]: { status: 200, body } });
    expect((await failure(issuer.get('5', call))).code).toBe('ANSWER_INVALID');
  });

  it('keeps the number of a role that is newer than this', async () => {
    const { issuer } = await told({ [ONE]: { status: 200, body: { ...item, access_level: 25 } } });
    expect((await issuer.get('5', call))?.permissions).toEqual([
      'access_level=25',
      'scope=read_api',
    ]);
  });

  it.each([
    ['no secret', { ...item, token: undefined }],
    ['a secret that cannot be sent', { ...item, token: 'glpat-CANARY\r\nx: y' }],
    ['no id', { ...item, id: 1.5, token: 'glpat-CANARYcanaryCANARY' }],
    ['no object', 'glpat-CANARYcanaryCANARY'],
  ])('to a creation may have made one: %s', async (_, body) => {
    const { issuer } = await told({ [`POST ${LIST}`]: { status: 201, body } });
    const error = await failure(issuer.issue({ label: 'keyturn-a', permissions: READS }, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('to a list is refused, if it could hide a token', async () => {
    const search = (page: number) => `GET ${LIST}?search=keyturn-a&per_page=100&page=${page}`;
    for (const reply of [
      { status: 200, body: {} },
      { status: 200, body: [{ name: 'keyturn-a' }] },
      { status: 200, body: [item], headers: { 'x-next-page': '1' } },
      { status: 200, body: [item], headers: { 'x-total': '2' } },
    ]) {
      // oxlint-disable-next-line eslint/no-await-in-loop -- one server after the other
      const { issuer } = await told({ [search(1)]: reply });
      // oxlint-disable-next-line eslint/no-await-in-loop -- as above
      expect((await failure(issuer.find('keyturn-a', call))).code).toBe('ANSWER_INVALID');
    }
  });

  it('has escaped text only', async () => {
    const body = [{ ...item, name: 'a\u001B[2J\u202Eb', last_used_at: 'x', created_at: {} }];
    const { issuer } = await told({ [PAGE]: { status: 200, body } });
    for await (const token of issuer.list(call)) {
      expect(token.label).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(token.lastUsedAt).toBeUndefined();
    }
  });

  it('that echoes the acting token is shown without it', async () => {
    const { issuer } = await told({
      [ONE]: { status: 403, body: { message: 'glpat-CANARY-acting-token00 may not' } },
    });
    expect((await failure(issuer.get('5', call))).message).toContain('[secret]');
  });

  it('of another server is said to be one', async () => {
    const page = { status: 404, body: '<html>nginx</html>' };
    const search = `GET ${LIST}?search=keyturn&per_page=100&page=1`;
    const { issuer } = await told({ [ONE]: page, [search]: page });
    const error = await failure(issuer.get('5', call));
    expect(error.hint).toContain('GITLAB_HOST');
  });

  it('of a redirect to a login is not one of GitLab’s API', async () => {
    const { issuer, server } = await told({
      [ONE]: () => ({
        status: 302,
        body: '',
        headers: { location: `${server.url}/users/sign_in` },
      }),
      'GET /users/sign_in': { status: 200, body: '<html>Sign in</html>' },
    });
    expect((await failure(issuer.get('5', call))).code).toBe('CONFIG_INVALID');
  });
});
