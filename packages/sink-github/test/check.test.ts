import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it, vi } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { keyPair } from './key-pair.ts';
import { repository, secrets } from './replies.ts';

const KEY = 'GET /repos/acme/web/actions/secrets/public-key';
const HOME = 'GET /repos/acme/web';
const LIST = 'GET /repos/acme/web/actions/secrets?per_page=100';
const KNOWN = { ...call, known: true };
const refused = (status: number, message: string, headers = {}): Reply => ({
  status,
  headers,
  body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});

describe('check', () => {
  it('costs two requests, and one more at first contact: what is there', async () => {
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [HOME]: repository(),
      [LIST]: secrets({ TOKEN: '2026-01-01T00:00:00Z', OTHER: '2026-01-01T00:00:00Z' }),
    });
    const sink = await openSink('github:acme/web', server.url);
    const first = await sink.check(['Token_Id', 'token'], call);
    expect(first.present).toEqual([{ name: 'token', updatedAt: '2026-01-01T00:00:00Z' }]);
    expect(server.routes.toSorted()).toEqual([HOME, KEY, LIST].toSorted());
    const known = await sink.check(['TOKEN_ID', 'TOKEN'], { ...call, known: true });
    expect(known).toEqual({ place: 'repository:7', clock: expect.any(String), warnings: [] });
    expect(server.routes.slice(3)).toEqual([KEY]);
    const other = await openSink('github:acme/web', server.url);
    await other.check(['TOKEN_ID', 'TOKEN'], { ...call, known: true });
    expect(server.routes.slice(4).toSorted()).toEqual([HOME, KEY].toSorted());
    expect(server.received[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      accept: 'application/vnd.github+json',
      'user-agent': 'keyturn',
      'x-github-api-version': '2022-11-28',
    });
  });

  it('encodes the name of an environment, and keeps the path of the base', async () => {
    const route = 'GET /api/v3/repos/acme/web/environments/Prod%2FEU%20west/secrets/public-key';
    const home = 'GET /api/v3/repos/acme/web';
    await using server = await startServer({
      [route]: (await keyPair()).reply,
      [home]: repository(),
    });
    const sink = await openSink(
      'github:acme/web?environment=Prod%2FEU west',
      `${server.url}/api/v3/`,
    );
    expect(sink.server).toBe(`${server.url}/api/v3`);
    const { place } = await sink.check(['TOKEN'], { ...call, known: true });
    expect(place).toBe('repository:7/environment:prod/eu west');
    expect(server.routes.toSorted()).toEqual([route, home].toSorted());
  });

  it('refuses two names that GitHub takes for one, without a request', async () => {
    await using server = await startServer({});
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN', 'token'], call));
    expect(error).toMatchObject({ code: 'NAME_INVALID', effect: 'none' });
    expect(server.routes).toEqual([]);
  });

  it.each([
    ['github:acme/web', KEY, 'public_repo, gist', 'repo'],
    ['github:acme', 'GET /orgs/acme/actions/secrets/public-key', 'repo, read:org', 'admin:org'],
  ])('%s: names the scope that a classic token lacks', async (target, route, scopes, lacking) => {
    for (const reply of [(await keyPair()).reply, refused(404, 'Not Found')]) {
      await using server = await startServer({
        [route]: { ...reply, headers: { 'x-oauth-scopes': scopes } },
      });
      const error = await errorOf((await openSink(target, server.url)).check(['TOKEN'], call));
      expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
      expect(error.hint).toContain(`"${lacking}"`);
    }
  });

  it('takes a classic token that has the scope', async () => {
    const headers = { 'x-oauth-scopes': 'gist, repo' };
    await using server = await startServer({
      [KEY]: { ...(await keyPair()).reply, headers },
      [HOME]: repository(),
    });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.check(['TOKEN'], KNOWN)).resolves.toMatchObject({ warnings: [] });
  });

  it('warns where a classic token could not keep an organization’s selected repositories', async () => {
    const headers = { 'x-oauth-scopes': 'admin:org' };
    const route = 'GET /orgs/acme/actions/secrets/public-key';
    await using server = await startServer({
      [route]: { ...(await keyPair()).reply, headers },
      'GET /orgs/acme': { status: 200, body: { id: 3, login: 'acme', archived_at: null } },
      'GET /orgs/acme/actions/secrets/TOKEN': { status: 404, body: {} },
    });
    const sink = await openSink('github:acme', server.url);
    await expect(sink.check(['TOKEN'], call)).resolves.toEqual({
      present: [],
      place: 'organization:3',
      clock: expect.any(String),
      warnings: [expect.stringContaining('"repo"')],
    });
  });

  it.each<[string, Reply, string, RegExp]>([
    [
      'a wrong token',
      refused(401, 'Bad credentials'),
      'AUTH_DENIED',
      /GITHUB_TOKEN.*GITHUB_API_URL/,
    ],
    [
      'a missing permission',
      refused(403, 'Resource not accessible by personal access token', {
        'x-accepted-github-permissions': 'secrets=read',
      }),
      'PERMISSION_DENIED',
      /"Secrets: write".*"repo".*secrets=read/,
    ],
    [
      'a missing single sign-on',
      refused(403, 'Resource protected by organization SAML enforcement.', {
        'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A',
      }),
      'PERMISSION_DENIED',
      /single sign-on/,
    ],
    [
      'what is not there, or may not be seen',
      refused(404, 'Not Found'),
      'TARGET_NOT_FOUND',
      /repository acme\/web.*"Secrets: write".*"repo"/,
    ],
    ['a failing server', { status: 502, body: '<h1>Bad Gateway</h1>' }, 'REMOTE_FAILED', /again/],
    [
      'another web server',
      { status: 200, body: '<h1>Sign in</h1>' },
      'ANSWER_INVALID',
      /GITHUB_API_URL/,
    ],
    [
      'a key that is none',
      { status: 200, body: { key_id: '1', key: 'c2hvcnQ=' } },
      'ANSWER_INVALID',
      /GITHUB_API_URL/,
    ],
  ])('%s', async (_title, reply, code, hint) => {
    await using server = await startServer({ [KEY]: reply });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });

  it('says what was asked, and what GitHub said', async () => {
    await using server = await startServer({
      [KEY]: refused(403, 'Resource not accessible\u001b'),
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error.message).toBe(
      'github:acme/web: GET /repos/acme/web/actions/secrets/public-key: status 403, Resource not accessible\\u001b',
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['a spent budget', { 'x-ratelimit-remaining': '0' }, 'API rate limit exceeded'],
    ['a wait that is asked for', { 'retry-after': '7200' }, 'wait'],
    ['a secondary limit', {}, 'You have exceeded a secondary rate limit.'],
  ])('leaves %s to the fetch, whose error comes out as it is', async (_title, headers, message) => {
    await using server = await startServer({ [KEY]: refused(403, message, headers) });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', effect: 'none' });
    expect(error.hint).toMatch(/again/);
  });

  it('names the environment that may be missing', async () => {
    const route = 'GET /repos/acme/web/environments/production/secrets/public-key';
    await using server = await startServer({ [route]: refused(404, 'Not Found') });
    const sink = await openSink('github:acme/web?environment=production', server.url);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error.hint).toContain('environment "production"');
  });

  it('tells that nobody answered', async () => {
    await using server = await startServer({ [KEY]: { status: 0, cut: true } });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
  });

  it('ends within a second once it is interrupted', async () => {
    const controller = new AbortController();
    await using server = await startServer({
      [KEY]: () => {
        controller.abort();
        return { status: 0, hang: true };
      },
    });
    const sink = await openSink('github:acme/web', server.url);
    const started = performance.now();
    const error = await errorOf(sink.check(['TOKEN'], { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('writes nothing to the console', async () => {
    const headers = { deprecation: 'true', sunset: 'tomorrow', link: '<x>; rel="deprecation"' };
    const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const spies = methods.map((method) => vi.spyOn(console, method));
    for (const reply of [(await keyPair()).reply, refused(403, 'no')]) {
      await using server = await startServer({ [KEY]: { ...reply, headers } });
      const sink = await openSink('github:acme/web', server.url);
      await sink.check(['TOKEN'], call).catch(() => {});
    }
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });
});
