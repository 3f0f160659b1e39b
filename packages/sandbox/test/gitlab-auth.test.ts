import { describe, expect, it } from 'vitest';

import type { World } from '../src/index.ts';
import { gitlab, gitlabWith } from './gitlab.ts';
import { sandbox } from './support.ts';

type Token = NonNullable<NonNullable<World['gitlab']>['tokens']>[number];

const PROJECT = '/projects/acme%2Finfra/variables';
const GROUP = '/groups/acme/variables';
const INSTANCE = '/admin/ci/variables';

describe('a token of GitLab', () => {
  it('goes into either header', async () => {
    const box = await sandbox();
    const headers = { 'private-token': box.env['GITLAB_TOKEN'] ?? '' };
    expect((await fetch(`${box.urls.gitlab}/api/v4/user`, { headers })).status).toBe(200);
    expect((await gitlab(box)('GET', '/user')).body.username).toBe('ada');
  });

  it('of OAuth is no private token', async () => {
    const { box, api } = await gitlabWith({ tokens: [{ token: 'oauth', kind: 'oauth' }] });
    const headers = { 'private-token': 'oauth' };
    expect((await fetch(`${box.urls.gitlab}/api/v4/user`, { headers })).status).toBe(401);
    expect((await api('GET', '/user')).status).toBe(200);
  });

  it('that nobody knows, or none, is told apart from what is not allowed', async () => {
    const box = await sandbox();
    for (const token of ['wrong', null]) {
      const { status, body } = await gitlab(box, token)('GET', PROJECT);
      expect([status, body]).toEqual([401, { message: '401 Unauthorized' }]);
    }
  });

  it.each<[string, Partial<Token>, string]>([
    ['revoked', { revoked: true }, 'Token was revoked. You have to re-authorize from the user.'],
    [
      'expired',
      { expiresAt: '2020-01-01T00:00:00Z' },
      'Token is expired. You can either do re-authorization or token refresh.',
    ],
  ])('that is %s says so', async (_, token, description) => {
    const { api } = await gitlabWith({ 'acme/infra': {}, tokens: [{ token: 't', ...token }] });
    const { status, body } = await api('GET', PROJECT);
    expect([status, body]).toEqual([
      401,
      { error: 'invalid_token', error_description: description },
    ]);
  });

  it('that may only read cannot write', async () => {
    const { api } = await gitlabWith({
      'acme/infra': {},
      tokens: [{ token: 't', scopes: ['read_api'] }],
    });
    expect((await api('GET', PROJECT)).status).toBe(200);
    expect((await api('GET', '/personal_access_tokens/self')).body.scopes).toEqual(['read_api']);
    const { status, body } = await api('POST', PROJECT, { key: 'A', value: 'x' });
    expect([status, body]).toMatchObject([403, { error: 'insufficient_scope', scope: 'api' }]);
  });

  it.each<[Token['roles'], number, number]>([
    [{ acme: 'owner' }, 200, 200],
    [{ acme: 'maintainer' }, 200, 403],
    [{ 'acme/infra': 'maintainer' }, 200, 404],
    [{ acme: 'reporter', 'acme/infra': 'maintainer' }, 200, 403],
    [{ acme: 'developer' }, 403, 403],
    [{ 'acme/inf': 'owner' }, 404, 404],
    [{}, 404, 404],
  ])('with the roles %j', async (roles, project, group) => {
    const { api } = await gitlabWith({
      'acme/infra': {},
      tokens: [{ token: 't', ...(roles !== undefined && { roles }) }],
    });
    const statuses = await Promise.all(
      [PROJECT, GROUP, INSTANCE].map(async (path) => (await api('GET', path)).status),
    );
    expect(statuses).toEqual([project, group, 403]);
  });

  it('cannot tell a project that it may not see from one that is not there', async () => {
    const { api } = await gitlabWith({
      'acme/infra': {},
      'other/open': { visibility: 'public' },
      tokens: [{ token: 't', roles: { other: 'guest' } }],
    });
    for (const name of ['acme%2Finfra', 'acme%2Fnone', '999']) {
      const { status, body } = await api('GET', `/projects/${name}`);
      expect([status, body]).toEqual([404, { message: '404 Project Not Found' }]);
    }
    expect((await api('GET', '/groups/none')).body).toEqual({ message: '404 Group Not Found' });
    expect((await api('GET', '/projects/other%2Fopen')).status).toBe(200);
  });
});
