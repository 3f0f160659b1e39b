import { errorOf, startServer, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, contextFor, openSink, TOKEN } from './context.ts';
import { repository } from './replies.ts';

const KEY = 'GET /repos/acme/web/actions/secrets/public-key';

/** The error of a check of acme/web, whose key has this response. */
async function refused(reply: Reply, home: Reply = repository()) {
  await using server = await startServer({ 'GET /repos/acme/web': home, [KEY]: reply });
  const sink = await openSink('github:acme/web', server.url);
  const error = await errorOf(sink.check(['TOKEN'], { ...call, known: true }));
  expect(error.message + error.hint).not.toContain(TOKEN);
  expect(error.message + error.hint).not.toMatch(/[{}]/);
  return error;
}
const denied = (message: string, headers: Record<string, string> = {}): Reply => ({
  status: 403,
  body: { message },
  headers,
});
const page = (status: number, title: string): Reply => ({
  status,
  body: `<html><title>${title}</title></html>`,
  headers: { 'content-type': 'text/html' },
});

describe('the hint of a refusal', () => {
  it.each<[string, Reply, string, RegExp]>([
    [
      'the scopes that a classic token has',
      denied('Forbidden', { 'x-oauth-scopes': 'gist, read:org' }),
      'PERMISSION_DENIED',
      /scope "repo".*has only gist, read:org/,
    ],
    [
      'the role that is missing if the scope is there',
      { ...denied('Not Found', { 'x-oauth-scopes': 'repo' }), status: 404 },
      'TARGET_NOT_FOUND',
      /repository acme\/web.*role Write/,
    ],
    [
      'the role that GitHub asks for',
      denied('Must have admin rights to Repository.'),
      'PERMISSION_DENIED',
      /role Admin/,
    ],
    [
      'that a workflow’s token cannot write secrets',
      denied('Resource not accessible by integration'),
      'PERMISSION_DENIED',
      /GITHUB_TOKEN of a workflow/,
    ],
    [
      'the permission that GitHub asks for',
      denied('Resource not accessible by personal access token', {
        'x-accepted-github-permissions': 'secrets=read',
      }),
      'PERMISSION_DENIED',
      /secrets=read/,
    ],
    ['a block', denied('Repository access blocked'), 'PERMISSION_DENIED', /blocked/],
    [
      'two factors',
      denied('This organization requires two-factor authentication'),
      'PERMISSION_DENIED',
      /two-factor/,
    ],
    [
      'a suspended installation',
      denied('This installation has been suspended'),
      'PERMISSION_DENIED',
      /installation of the App is suspended/,
    ],
    ['maintenance', page(503, 'Maintenance'), 'REMOTE_FAILED', /under maintenance/],
    ['a firewall', page(403, 'Access Denied'), 'PERMISSION_DENIED', /proxy or firewall/],
    ['a login page', page(200, 'Sign in'), 'ANSWER_INVALID', /login/],
    ['another page', page(200, 'Welcome'), 'ANSWER_INVALID', /GITHUB_API_URL/],
  ])('names %s', async (_, reply, code, hint) => {
    const error = await refused(reply);
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });

  it('names the thing, not the template of its route', async () => {
    const error = await refused({ status: 200, body: {} });
    expect(error.message).toContain('GET /repos/acme/web/actions/secrets/public-key');
  });

  it('keeps the address that GitHub gives at the end of a long sentence', async () => {
    const address = 'https://github.com/settings/personal-access-tokens/12885303';
    const said = `The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: ${address}`;
    const error = await refused(denied(said));
    expect(error.message).toContain(address);
    expect(error.hint).toContain(address);
  });

  it('of the credentials follows from what GitHub says, too', async () => {
    const said = 'the `acme` organization has an IP allow list enabled';
    await using server = await startServer({ 'GET /': denied(said) });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.credentials?.(call) ?? Promise.resolve());
    expect(error.hint).toMatch(/IP allow list/);
  });
});

describe('what is refused before any request', () => {
  const without = { fetch: () => expect.fail('a request was made') };

  it.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://www.github.com/acme', 'https://api.github.com'],
    ['https://api.github.com/api/v3', 'https://api.github.com'],
    ['https://api.github.com/repos/acme/web', 'https://api.github.com'],
    ['https://git.acme.example/api/graphql', 'https://git.acme.example/api/v3'],
  ])('is the address %s', async (url, instead) => {
    const opening = openSink('github:acme/web', url, {
      ...without,
      env: { GITHUB_API_URL: url, GITHUB_TOKEN: TOKEN },
    });
    const error = await errorOf(opening);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toContain(instead);
  });

  it.each([
    ['GITHUB_TOKEN', `${TOKEN.slice(0, 9)}\n${TOKEN.slice(9)}`, /GITHUB_TOKEN contains a line/],
    ['GH_TOKEN', `${TOKEN} x`, /GH_TOKEN contains a space/],
    ['GH_TOKEN', '${{ secrets.X }}', /GH_TOKEN contains a variable reference/],
    ['GITHUB_TOKEN', `"${TOKEN}"`, /GITHUB_TOKEN starts or ends with a quote/],
  ])('is %s that is not one word', async (name, value, message) => {
    const context = contextFor('http://127.0.0.1:1', { env: { [name]: value }, ...without });
    const sink = await openSink('github:acme/web', '', context);
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'CREDENTIALS_MISSING', effect: 'none' });
    expect(error.message).toMatch(message);
    expect(error.message + error.hint).not.toMatch(/CANARY/);
  });
});
