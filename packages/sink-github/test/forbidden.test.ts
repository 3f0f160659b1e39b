import { errorOf, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { forbidden } from '../src/forbidden.ts';
import { call, openSink } from './context.ts';

const API = 'https://api.github.com';
const none = new Headers();
const LIFETIME =
  "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 366 days. Please adjust your token's lifetime at the following URL: ";

describe('a 403 that no permission would cure', () => {
  it.each([
    [
      'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      /IP allow list/,
    ],
    [
      `${LIFETIME}https://github.com/settings/personal-access-tokens/12885303`,
      /366 days.*at https:\/\/github\.com\/settings\/personal-access-tokens\/12885303\.$/,
    ],
    [`${LIFETIME}https://evil.example/steal`, /on GitHub under Settings, Developer settings\.$/],
    [
      '`acme` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.',
      /classic tokens/,
    ],
    ['`acme` forbids access via a fine-grained personal access tokens.', /fine-grained tokens/],
    [
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      /single sign-on/,
    ],
    [
      'Although you appear to have the correct authorization credentials, the `acme` organization has enabled OAuth App access restrictions, meaning that data access to third-parties is limited.',
      /OAuth apps/,
    ],
    ['Repository was archived so is read-only.', /unarchive it/],
    ['Must have admin rights to Repository.', /role Admin/],
    ['You must be an org owner.', /role.*owner for an organization/],
    ['Sorry. Your account was suspended.', /suspended/],
  ])('is told by what GitHub says: %s', (said, hint) => {
    expect(forbidden(API, said, none)).toMatch(hint);
  });

  it.each(['Resource not accessible by personal access token', 'Forbidden', ''])(
    'is none where GitHub says: %s',
    (said) => {
      expect(forbidden(API, said, none)).toBeUndefined();
    },
  );

  it.each([
    [API, 'required; url=https://github.com/orgs/acme/sso?authorization_request=A1', true],
    ['https://git.acme.example/api/v3', 'required; url=https://git.acme.example/sso?a=1', true],
    [API, 'required; url=https://github.com@evil.example/sso', false],
    [API, 'required; url=http://github.com/sso', false],
    [API, `required; url=https://github.com/${'a'.repeat(300)}`, false],
    [API, 'partial-results; organizations=21955855', false],
  ])('names the page for single sign-on, if it is GitHub’s own: %s, %s', (api, sso, isNamed) => {
    const hint = forbidden(api, '', new Headers({ 'x-github-sso': sso }));
    const page = /url=(.+)/.exec(sso)?.[1];
    expect(hint).toMatch(/single sign-on/);
    expect(hint?.includes(page ?? 'https://')).toBe(isNamed);
  });

  it('does not ask for a permission then', async () => {
    const said = 'the `acme` organization has an IP allow list enabled';
    const refused = { status: 403, body: { message: `${said}${' very'.repeat(2000)}\u001b[31m` } };
    await using server = await startServer({
      'GET /repos/acme/web': refused,
      'GET /repos/acme/web/actions/secrets/public-key': refused,
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], { ...call, known: true }));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.hint).toMatch(/IP allow list/);
    expect(error.hint).not.toContain('Secrets: write');
    expect(error.message.length).toBeLessThan(500);
    expect(error.message).not.toContain('\u001b');
  });
});

describe('a 404 that GitHub did not send', () => {
  it('is an address that is wrong, and no repository that is missing', async () => {
    const page = {
      status: 404,
      body: '<html><h1>Not Found</h1></html>',
      headers: { 'content-type': 'text/html' },
    };
    await using server = await startServer({
      'GET /repos/acme/web': page,
      'GET /repos/acme/web/actions/secrets/public-key': page,
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.check(['TOKEN'], { ...call, known: true }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toMatch(/GITHUB_API_URL.*\/api\/v3/);
  });
});
