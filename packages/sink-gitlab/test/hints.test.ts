import { errorOf, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { gitlabUrl, readToken } from '../src/connection.ts';
import gitlabSink from '../src/index.ts';
import { box, call, contextFor } from './context.ts';

const world = { 'acme/infra': {} };

/** The error of a check of acme/infra, if GitLab answers every request like this. */
async function refused(action: object) {
  const { open, fault } = await box(world);
  await fault([{ method: 'GET', times: 9, action }]);
  const sink = await open('gitlab:acme/infra');
  const error = await errorOf(sink.check(['TOKEN'], call));
  expect(error.message + error.hint).not.toContain('CANARY');
  return error;
}

describe('the hint of a refusal', () => {
  it.each<[string, object, string, RegExp]>([
    [
      'a revoked token',
      {
        status: 401,
        body: {
          error: 'invalid_token',
          error_description: 'Token was revoked. You have to re-auth',
        },
      },
      'AUTH_DENIED',
      /was revoked/,
    ],
    [
      'a missing scope',
      { status: 403, body: { error: 'insufficient_scope', scope: 'api' } },
      'PERMISSION_DENIED',
      /scope "api"/,
    ],
    [
      'a blocked account',
      { status: 403, body: { message: '403 Forbidden - Your account has been blocked.' } },
      'PERMISSION_DENIED',
      /is blocked/,
    ],
    [
      'single sign-on',
      {
        status: 403,
        body: { message: "Cannot find valid SSO session. Use the group's SSO page." },
      },
      'PERMISSION_DENIED',
      /single sign-on/,
    ],
    [
      'an IP address',
      { status: 403, body: { message: 'Your IP address is not allowed to access this group.' } },
      'PERMISSION_DENIED',
      /does not allow this IP address/,
    ],
    [
      'a ban after failed logins',
      { status: 403, body: 'Forbidden\n' },
      'PERMISSION_DENIED',
      /hour/,
    ],
    [
      'the page of another server',
      { status: 404, body: '<html><title>404</title>' },
      'CONFIG_INVALID',
      /GITLAB_HOST/,
    ],
    ['a login page', { status: 200, body: '<title>Sign in</title>' }, 'ANSWER_INVALID', /login/],
  ])('names %s', async (_, action, code, hint) => {
    const error = await refused(action);
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });
});

describe('a redirect to a login page', () => {
  it('comes from a wrong path, and not from a project that was renamed', async () => {
    const project = 'GET /api/v4/projects/acme%2Finfra';
    const login = { status: 302, headers: { location: '/users/sign_in' } };
    await using server = await startServer({
      [project]: login,
      'GET /users/sign_in': { status: 200, body: '<title>Sign in</title>' },
    });
    const sink = await gitlabSink.open('gitlab:acme/infra', contextFor(server.url));
    const error = await errorOf(sink.check([], call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toMatch(/GITLAB_HOST/);
  });
});

describe('what is refused before any request', () => {
  it.each([
    ['https://gitlab.com/acme/infra', 'with https://gitlab.com.'],
    ['https://git.acme.example/api/v3', 'with https://git.acme.example.'],
    ['https://acme.example/gitlab/api/graphql', 'with https://acme.example/gitlab.'],
  ])('is the address %s', (url, instead) => {
    expect(() => gitlabUrl({ GITLAB_HOST: url })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining(instead) as string,
      }) as Error,
    );
  });

  it('is a token with a line break, which is not shown', () => {
    expect(() => readToken({ GITLAB_TOKEN: 'glpat-CANARY\nx' })).toThrow(
      expect.objectContaining({ message: 'GITLAB_TOKEN contains a line break' }) as Error,
    );
  });
});
