import { request } from 'node:http';

import { describe, expect, it } from 'vitest';

import type { GitHubTokenWorld, GitHubWorld } from '../src/index.ts';
import { client, createClock, github, putSecret, sandbox } from './support.ts';

const WEB = '/repos/acme/web/actions/secrets';
const secret = { DEPLOY_KEY: { value: 'x' } };

const open = (token: Omit<GitHubTokenWorld, 'token'>, more: GitHubWorld = {}, now?: () => number) =>
  sandbox({
    ...(now !== undefined && { clock: now }),
    world: {
      github: {
        'acme/web': { actions: secret },
        'acme/api': { actions: secret },
        'acme/docs': { private: false, actions: secret },
        organizations: { acme: {} },
        tokens: [{ token: 't', ...token }],
        ...more,
      },
    },
  });

describe('authentication at GitHub', () => {
  it('answers 401 without a token and with a wrong one', async () => {
    const { urls } = await sandbox();
    const statusOf = async (authorization?: string) => {
      const { status, body } = await client(urls.github, authorization)('GET', WEB);
      return [status, body.message, body.status];
    };
    expect(await statusOf()).toEqual([401, 'Requires authentication', '401']);
    expect(await statusOf('token ghp_wrong')).toEqual([401, 'Bad credentials', '401']);
    expect(await statusOf('Basic YTpi')).toEqual([401, 'Bad credentials', '401']);
  });

  it('ends with the token', async () => {
    const clock = createClock();
    const expiresAt = new Date(clock.now() + 1000).toISOString();
    const box = await open({ kind: 'classic', scopes: ['repo'], expiresAt }, {}, clock.now);
    expect((await github(box, 't')('GET', WEB)).status).toBe(200);
    clock.advance(1000);
    expect((await github(box, 't')('GET', WEB)).status).toBe(401);
  });

  it('refuses a request without a User-Agent', async () => {
    const box = await sandbox();
    const status = await new Promise((resolve) => {
      const headers = { authorization: `token ${box.env['GITHUB_TOKEN']}` };
      request(`${box.urls.github}/user`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it('hides private repositories from a classic token without the scope', async () => {
    const box = await open({ kind: 'classic', scopes: ['read:org'] });
    const reply = await github(box, 't')('GET', WEB);
    expect([reply.status, reply.body.message]).toEqual([404, 'Not Found']);
    expect(reply.headers.get('x-oauth-scopes')).toBe('read:org');
    expect((await github(box, 't')('GET', '/repos/acme/web')).status).toBe(404);
    expect((await github(box, 't')('GET', '/repos/acme/docs')).status).toBe(200);
    expect((await github(box, 't')('GET', '/repos/acme/docs/actions/secrets')).status).toBe(404);
    expect((await github(box, 't')('GET', '/orgs/acme/actions/secrets')).status).toBe(404);
  });

  it.each([
    ['fine-grained', 'personal access token'],
    ['installation', 'integration'],
  ] as const)('names what a %s token lacks', async (kind, words) => {
    const box = await open({ kind, permissions: { secrets: 'read' } });
    const api = github(box, 't');
    expect((await api('GET', WEB)).status).toBe(200);
    const reply = await putSecret(api, WEB, 'X', 'y');
    expect([reply.status, reply.body.message]).toEqual([
      403,
      `Resource not accessible by ${words}`,
    ]);
    expect(reply.headers.get('x-accepted-github-permissions')).toBe('secrets=write');
    expect(reply.headers.has('x-oauth-scopes')).toBe(false);
    const organization = await api('GET', '/orgs/acme/actions/secrets');
    expect(organization.status).toBe(403);
    expect(organization.headers.get('x-accepted-github-permissions')).toBe(
      'organization_secrets=read',
    );
  });

  it('limits a token to its repositories', async () => {
    const permissions = { secrets: 'write' } as const;
    const box = await open({ kind: 'fine-grained', permissions, repositories: ['Acme/Web'] });
    const api = github(box, 't');
    expect((await putSecret(api, WEB, 'X', 'y')).status).toBe(201);
    expect((await api('GET', '/repos/acme/api/actions/secrets')).status).toBe(404);
    expect((await api('GET', '/repos/acme/docs')).status).toBe(200);
    expect((await api('GET', '/repos/acme/docs/actions/secrets')).status).toBe(403);
  });

  it('lets nobody write to an archived repository', async () => {
    const box = await open(
      { kind: 'classic', scopes: ['repo'] },
      { 'acme/old': { archived: true, actions: secret } },
    );
    const reply = await putSecret(github(box, 't'), '/repos/acme/old/actions/secrets', 'X', 'y');
    expect([reply.status, reply.body.message]).toEqual([
      403,
      'Repository was archived so is read-only.',
    ]);
    expect((await github(box, 't')('GET', '/repos/acme/old/actions/secrets')).status).toBe(200);
  });

  it('counts requests only where the world limits them', async () => {
    const clock = createClock();
    const classic = { kind: 'classic', scopes: ['repo'] } as const;
    const box = await open(classic, { behaviour: { rateLimit: 2 } }, clock.now);
    const api = github(box, 't');
    expect((await api('GET', WEB)).headers.get('x-ratelimit-remaining')).toBe('1');
    await api('GET', WEB);
    const refused = await api('GET', WEB);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      expect.stringContaining('rate limit exceeded'),
    ]);
    const reset = Number(refused.headers.get('x-ratelimit-reset')) * 1000;
    expect((await api('GET', '/rate_limit')).body.resources.core).toMatchObject({ remaining: 0 });
    clock.advance(reset - clock.now());
    expect((await api('GET', WEB)).status).toBe(200);

    const unlimited = github(await sandbox());
    await unlimited('GET', '/user');
    expect((await unlimited('GET', '/user')).headers.get('x-ratelimit-remaining')).toBe('5000');
  });
});
