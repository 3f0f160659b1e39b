import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { ADMIN, call, told, world } from './support/world.ts';

const ROOT = '/projects/acme%2Finfra';
const PAGE = '?per_page=100&page=1';
const one = { id: 5, name: 'old', scopes: ['api'], access_level: 40, user_id: 99 };

describe('before anything is made, check says', () => {
  it('that a maintainer with the scope api may do everything', async () => {
    const { issuer } = await world();
    expect(await issuer.check(call)).toEqual({
      account: 'acme/infra',
      actingToken: '7',
      needed: ['scope=api'],
      can: { list: 'yes', create: 'yes', grant: 'yes', revoke: 'yes' },
      problems: [],
      warnings: [],
    });
  });

  it('that the scope is missing', async () => {
    const { issuer } = await world({ tokens: [{ token: ADMIN, id: 7, scopes: ['read_api'] }] });
    const { problems, can } = await issuer.check(call);
    expect(problems).toMatchObject([{ code: 'PERMISSION_DENIED' }]);
    expect(problems[0]?.hint).toContain('"api"');
    expect(can).toMatchObject({ create: 'no', revoke: 'no' });
  });

  it('that a token of a project cannot create others', async () => {
    const bot = 'glpat-CANARY-bot-of-project';
    const accessTokens = [{ id: 5, name: 'bot', token: bot }];
    const { issuer, env, tokens } = await world({ 'acme/infra': { accessTokens } });
    env['GITLAB_TOKEN'] = bot;
    const { problems } = await issuer.check(call);
    expect(problems).toMatchObject([{ code: 'PERMISSION_DENIED' }]);
    expect(problems[0]?.message).toMatch(/project or group/);
    expect(tokens()).toHaveLength(1);
    expect((await issuer.credentials?.(call))?.warnings).toHaveLength(1);
  });

  it('that the role is too low', async () => {
    const tokens = [{ token: ADMIN, id: 7, roles: { 'acme/infra': 'developer' } }] as const;
    const { issuer } = await world({ tokens });
    const error = await failure(issuer.check(call));
    expect(error.code).toBe('PERMISSION_DENIED');
    expect(error.hint).toContain('Maintainer');
  });

  it('that the token is refused, or missing', async () => {
    const { issuer, env } = await world();
    env['GITLAB_TOKEN'] = 'glpat-CANARY-unknown-token0';
    expect((await failure(issuer.check(call))).code).toBe('AUTH_DENIED');
    env['GITLAB_TOKEN'] = '';
    expect((await failure(issuer.check(call))).code).toBe('CREDENTIALS_MISSING');
  });

  it('what it cannot know of an OAuth token', async () => {
    const { issuer } = await world({ tokens: [{ token: ADMIN, kind: 'oauth' }] });
    const { can, problems } = await issuer.check(call);
    expect(can).toMatchObject({ list: 'yes', create: 'unknown' });
    expect(problems).toEqual([]);
  });
});

describe('the user of a successor', () => {
  const routes = (isAdmin: boolean) => ({
    'GET /personal_access_tokens/self': {
      status: 200,
      body: { id: 7, name: 'keyturn', scopes: ['api'] },
    },
    'GET /user': {
      status: 200,
      body: { id: 1, username: 'ada', ...(isAdmin && { is_admin: true }) },
    },
    [`GET ${ROOT}/access_tokens${PAGE}`]: { status: 200, body: [one] },
    [`GET ${ROOT}/access_tokens/5`]: { status: 200, body: one },
    [`GET ${ROOT}/protected_branches${PAGE}`]: {
      status: 200,
      body: [
        { id: 99, name: 'develop', push_access_levels: [{ id: 99, user_id: 98 }] },
        { id: 2, name: 'main', push_access_levels: [{ id: 3, user_id: 99 }] },
      ],
    },
    [`GET ${ROOT}/protected_tags${PAGE}`]: { status: 403, body: { message: '403 Forbidden' } },
    [`GET ${ROOT}/protected_environments${PAGE}`]: { status: 404, body: {} },
    [`GET ${ROOT}/approval_rules${PAGE}`]: {
      status: 200,
      body: [{ id: 4, name: 'security', users: [{ id: 99 }] }],
    },
    [`GET /users/99/memberships${PAGE}`]: {
      status: 200,
      body: [
        { source_id: 1, source_name: 'infra', source_type: 'Project' },
        { source_id: 2, source_name: 'ops', source_type: 'Namespace' },
      ],
    },
  });

  it('is another one: what names the old one is listed', async () => {
    const { issuer } = await told(routes(false));
    const { warnings = [] } = await issuer.check({ ...call, like: '5' });
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toContain('the protected branch main');
    expect(warnings[1]).toContain('the approval rule security');
    expect(warnings[2]).toMatch(/only administrators/);
  });

  it('is not a member of what the old one is a member of, as administrators see', async () => {
    const { issuer } = await told(routes(true));
    const { warnings = [] } = await issuer.check({ ...call, like: '5' });
    expect(warnings.join('\n')).toMatch(/the project infra[^]*the group ops/);
    expect(warnings.at(-1)).not.toMatch(/only administrators/);
  });

  it('is not asked about without a predecessor', async () => {
    const { issuer, server } = await told(routes(true));
    expect((await issuer.check(call)).warnings).toEqual([]);
    expect(server.routes.some((route) => route.includes('protected'))).toBe(false);
  });
});

describe('the credentials', () => {
  it('are described without their secret', async () => {
    const { issuer } = await world();
    expect(await issuer.credentials?.(call)).toEqual({
      source: 'GITLAB_TOKEN',
      form: 'an access token',
      owner: 'ada',
      scopes: ['api'],
      warnings: [],
    });
  });

  it.each(['glcbt-64_CANARY', 'gldt-CANARY', 'glrt-CANARY'])(
    'that can never create tokens are refused: %s',
    async (token) => {
      const { issuer, env, requests } = await world();
      env['GITLAB_TOKEN'] = token;
      const error = await failure(issuer.credentials?.(call) ?? Promise.resolve());
      expect(error.code).toBe('AUTH_DENIED');
      expect(await requests()).toEqual([]);
    },
  );
});
