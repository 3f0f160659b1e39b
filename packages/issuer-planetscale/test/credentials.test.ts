import { describe, expect, it } from 'vitest';

import issuer, { planetscaleIssuer } from '../src/index.ts';
import { failure } from './support/failure.ts';
import { call, contextOf, world } from './support/world.ts';

const ID = 'abcdefghijkl';
const TOKEN = 'pscale_tkn_CANARY';

describe('credentials', () => {
  it.each([
    ['none', {}, 'CREDENTIALS_MISSING', 'PLANETSCALE_API_TOKEN'],
    ['only an id', { id: ID }, 'CREDENTIALS_MISSING', 'PLANETSCALE_SERVICE_TOKEN'],
    ['only a secret', { token: TOKEN }, 'CREDENTIALS_MISSING', 'PLANETSCALE_SERVICE_TOKEN_ID'],
    ['a swapped pair', { id: TOKEN, token: ID }, 'AUTH_DENIED', 'swapped'],
    ['an id twice', { id: ID, token: ID }, 'AUTH_DENIED', 'pscale_tkn_'],
    ['no id', { id: 'my token', token: TOKEN }, 'AUTH_DENIED', 'lower-case'],
    ['a blank', { id: ID, token: `${TOKEN}\n` }, 'AUTH_DENIED', 'without'],
    ['quotes', { id: `"${ID}"`, token: TOKEN }, 'AUTH_DENIED', 'without'],
    ['a service token as login', { login: `${ID}:${TOKEN}` }, 'AUTH_DENIED', 'Put the'],
  ])('that cannot work are refused before any request: %s', async (_, given, code, hint) => {
    const { issuer: opened, env, requests } = await world();
    const { id, token, login } = given as { id?: string; token?: string; login?: string };
    env['PLANETSCALE_SERVICE_TOKEN_ID'] = id;
    env['PLANETSCALE_SERVICE_TOKEN'] = token;
    env['PLANETSCALE_API_TOKEN'] = login;
    const error = await failure(opened.check(call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toContain(hint);
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
