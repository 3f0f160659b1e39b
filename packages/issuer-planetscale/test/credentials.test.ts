import { describe, expect, it } from 'vitest';

import issuer, { planetscaleIssuer } from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { ADMIN, call, world } from './support/world.ts';

const ID = 'abcdefghijkl';
const TOKEN = 'pscale_tkn_CANARY';

describe('credentials', () => {
  it.each([
    ['none', {}, 'CREDENTIALS_MISSING', 'PLANETSCALE_API_TOKEN'],
    ['only an id', { id: ID }, 'CREDENTIALS_MISSING', 'PLANETSCALE_SERVICE_TOKEN'],
    ['only a secret', { token: TOKEN }, 'CREDENTIALS_MISSING', 'PLANETSCALE_SERVICE_TOKEN_ID'],
    ['a swapped pair', { id: TOKEN, token: ID }, 'AUTH_DENIED', 'swapped'],
    ['an id twice', { id: ID, token: ID }, 'AUTH_DENIED', 'pscale_tkn_'],
    ['no id', { id: 'my.token', token: TOKEN }, 'AUTH_DENIED', 'lower-case'],
    ['a line break', { id: ID, token: `${TOKEN}\n` }, 'AUTH_DENIED', 'the value alone'],
    ['a blank inside', { id: ID, token: `${TOKEN} x` }, 'AUTH_DENIED', 'the value alone'],
    ['quotes', { id: `"${ID}"`, token: TOKEN }, 'AUTH_DENIED', 'the value alone'],
    ['stars from a log', { id: ID, token: '***' }, 'AUTH_DENIED', 'the value alone'],
    [
      'a secret not put in',
      { id: ID, token: '${{ secrets.X }}' },
      'AUTH_DENIED',
      'the value alone',
    ],
    ['a variable not put in', { id: '$ID', token: TOKEN }, 'AUTH_DENIED', 'the value alone'],
    [
      'a dash of a word processor',
      { id: ID, token: `${TOKEN}\u2013x` },
      'AUTH_DENIED',
      'the value alone',
    ],
    ['both in the secret', { id: ID, token: `${ID}:${TOKEN}` }, 'AUTH_DENIED', 'before the colon'],
    ['both in the id alone', { id: `${ID}:${TOKEN}` }, 'AUTH_DENIED', 'before the colon'],
    ['a service token as login', { login: `${ID}:${TOKEN}` }, 'AUTH_DENIED', 'before the colon'],
    ['a secret as login', { login: TOKEN }, 'AUTH_DENIED', 'Put the'],
  ])('that cannot work are refused before any request: %s', async (_, given, code, hint) => {
    const { issuer: opened, env, requests } = await world();
    const { id, token, login } = given as { id?: string; token?: string; login?: string };
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = id;
    env['PLANETSCALE_SERVICE_TOKEN'] = token;
    env['PLANETSCALE_API_TOKEN'] = login;
    const error = await failure(opened.check(call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toContain(hint);
    expect(error.message + error.hint).not.toContain('CANARY');
    expect(await requests()).toEqual([]);
  });
});

describe('what the issuer acts with', () => {
  it('is told with the organizations that it belongs to, by one request', async () => {
    const { issuer: opened, env, requests } = await world();
    expect(await opened.credentials?.(call)).toEqual({
      source: 'PLANETSCALE_SERVICE_TOKEN',
      form: 'a service token',
      owner: ADMIN.id,
      accounts: ['acme'],
      warnings: [],
    });
    expect(await requests()).toHaveLength(1);
    env['PLANETSCALE_API_URL'] += '/v1';
    env['PLANETSCALE_API_TOKEN'] = 'pscale_oauth_CANARY';
    expect((await opened.credentials?.(call))?.warnings).toEqual([
      expect.stringContaining('/v1'),
      expect.stringContaining('PLANETSCALE_API_TOKEN'),
    ]);
  });

  it.each([
    ['cut off', ADMIN.token.slice(0, -1), 'cut off'],
    ['of another kind', 'main-CANARY-secret-of-something-else', 'of 36 characters'],
  ])('is described if it is refused: a secret %s', async (_, token, hint) => {
    const { issuer: opened, env } = await world();
    env['PLANETSCALE_SERVICE_TOKEN'] = token;
    for (const method of ['credentials', 'check'] as const) {
      const error = await failure(opened[method]?.(call) ?? Promise.resolve());
      expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
      expect(error.hint).toContain(hint);
      expect(error.message + error.hint).not.toContain('CANARY');
    }
  });

  it('is not asked for by a secret in place of an id', async () => {
    const { issuer: opened, requests } = await world();
    const error = await failure(opened.get(TOKEN, call));
    expect(error.code).toBe('USAGE_INVALID');
    expect(error.message + error.hint).not.toContain('CANARY');
    expect(await requests()).toEqual([]);
  });
});

describe('options', () => {
  const open = (options: unknown, env: Record<string, string> = {}) =>
    issuer.open(options, contextOf(env).context);

  it('need no credentials, and make the id', async () => {
    expect((await open({ org: 'acme' })).id).toBe('planetscale:acme');
    expect((await open(undefined, { PLANETSCALE_ORG: 'umbrella' })).id).toBe(
      'planetscale:umbrella',
    );
    expect((await open({ org: 'acme' }, { PLANETSCALE_ORG: 'umbrella' })).id).toBe(
      'planetscale:acme',
    );
    expect(issuer).toBe(planetscaleIssuer);
  });

  it.each([
    ['no organization', {}, {}],
    ['a bad organization', { org: '../x' }, {}],
    ['a bad PLANETSCALE_ORG', {}, { PLANETSCALE_ORG: 'a b' }],
    ['an unknown key', { org: 'acme', orgs: 'x' }, {}],
    ['plain http', { org: 'acme', apiUrl: 'http://api.planetscale.com' }, {}],
    ['the dashboard', { org: 'acme', apiUrl: 'https://app.planetscale.com/acme' }, {}],
    ['a bad PLANETSCALE_API_URL', { org: 'acme' }, { PLANETSCALE_API_URL: 'x' }],
  ])('are refused: %s', async (_, options, env) => {
    const error = await failure(open(options, env));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
  });

  it('may name the API with /v1, as other tools have it', async () => {
    const { sandbox, env, requests } = await world();
    const { context, close } = contextOf(env);
    const opened = await issuer.open(
      { org: 'acme', apiUrl: `${sandbox.urls.planetscale}/v1/` },
      context,
    );
    await opened.check(call);
    await close();
    expect((await requests())[0]?.path).toMatch(/^\/v1\/organizations\/acme\//);
  });
});
