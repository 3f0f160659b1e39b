import type { TokenIssuer } from '@keyturn/core';
import { startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import issuer from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { acme, ADMIN, call, world } from './support/world.ts';

const LOGIN = 'pscale_oauth_CANARY';
const ada = { token: LOGIN, email: 'ada@acme.example' };
const asLogin = {
  PLANETSCALE_SERVICE_TOKEN_ID: undefined,
  PLANETSCALE_SERVICE_TOKEN: undefined,
  PLANETSCALE_API_TOKEN: LOGIN,
};
const GONE = 'gone00000000';

/** Everything that could say that a token is not there. */
const looks: readonly (readonly [string, (issuer: TokenIssuer) => Promise<unknown>])[] = [
  ['get', (one) => one.get(GONE, call)],
  ['find', (one) => one.find('gone', call)],
  ['revoke', (one) => one.revoke(GONE, call)],
];

describe.each(looks)('%s of what is not there', (name, look) => {
  const answer = { get: undefined, find: [], revoke: 'gone' }[name];

  it('is certain if the list has the token that acts', async () => {
    const { issuer: acting, requests } = await world();
    expect(await look(acting)).toEqual(answer);
    expect(await requests()).toHaveLength(name === 'find' ? 1 : 2);
  });

  it('is certain if the login belongs to the organization', async () => {
    const { issuer: acting, env, requests } = await world({ logins: [ada] });
    Object.assign(env, asLogin);
    expect(await look(acting)).toEqual(answer);
    expect((await requests()).at(-1)?.path).toMatch(/^\/v1\/organizations\?/);
  });

  it.each([
    ['is empty', { data: [], next_page: null }],
    ['lacks the token that acts', { data: [{ id: 'x', name: 'x' }], next_page: null }],
  ])('is not taken from a list that %s', async (_, body) => {
    const { issuer: acting, fault } = await world();
    await fault({ path: 'service-tokens\\?', action: { status: 200, body } });
    expect((await failure(look(acting))).code).toBe('ANSWER_INVALID');
  });

  it.each([
    [['umbrella'], 'TARGET_NOT_FOUND'],
    [[], 'TARGET_NOT_FOUND'],
  ])('is not taken from a list for a login of %j', async (names, code) => {
    const { issuer: acting, env, fault } = await world({ logins: [ada] });
    Object.assign(env, asLogin);
    const data = names.map((one) => ({ name: one }));
    await fault({ path: '/organizations\\?', action: { status: 200, body: { data } } });
    expect(await failure(look(acting))).toMatchObject({
      code,
      effect: name === 'revoke' ? 'unknown' : 'none',
    });
  });

  it('is not guessed if the organizations cannot be read, or the login ends meanwhile', async () => {
    const { issuer: acting, env, fault } = await world({ logins: [ada] });
    Object.assign(env, asLogin);
    await fault({ path: '/organizations\\?', times: 3, action: { status: 503 } });
    expect((await failure(look(acting))).code).toBe('REMOTE_FAILED');
    await fault({ path: '/organizations\\?', action: { status: 401, body: {} } });
    expect((await failure(look(acting))).code).toBe('AUTH_DENIED');
  });

  it('is not taken from another organization that the request was redirected to', async () => {
    const tokens = '/organizations/acme/service-tokens';
    const other = '/organizations/umbrella/service-tokens';
    const page = '?page=1&per_page=100';
    const list = { data: [{ id: ADMIN.id, name: 'admin' }], next_page: null };
    const routes: Routes = {
      [`DELETE ${tokens}/${GONE}`]: { status: 404, body: {} },
      [`GET ${tokens}/${GONE}`]: { status: 404, body: {} },
      [`GET ${tokens}${page}`]: { status: 301, headers: { location: `/v1${other}${page}` } },
      [`GET ${other}${page}`]: { status: 200, body: list },
    };
    await using server = await startServer(routes, '/v1');
    const { context, close } = contextOf({
      PLANETSCALE_API_URL: server.url,
      PLANETSCALE_SERVICE_TOKEN_ID: ADMIN.id,
      PLANETSCALE_SERVICE_TOKEN: ADMIN.token,
    });
    onTestFinished(close);
    const acting = await issuer.open({ org: 'acme' }, context);
    const error = await failure(look(acting));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND' });
    expect(error.hint).toContain('renamed');
    expect(server.routes.at(-1)).toBe(`GET ${other}${page}`);
  });
});

it('a token of the one organization is not gone because the other does not have it', async () => {
  const both = { ...acme(ADMIN), umbrella: { tokens: [{ id: GONE }] } };
  const { issuer: acting, env } = await world({ orgs: both, logins: [{ ...ada, orgs: ['acme'] }] });
  Object.assign(env, asLogin, { PLANETSCALE_ORG: 'umbrella' });
  const { context, close } = contextOf(env);
  onTestFinished(close);
  const other = await issuer.open({ org: 'umbrella' }, context);
  expect(await failure(other.revoke(GONE, call))).toMatchObject({ code: 'TARGET_NOT_FOUND' });
  expect([acting.id, other.id]).toEqual(['planetscale:acme', 'planetscale:umbrella']);
});
