import { startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import passwords from '../../src/password/index.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { call } from '../support/world.ts';

const LIST = '/organizations/acme/databases/shop/branches/main/passwords';
const PAGE = `GET ${LIST}?page=1&per_page=100`;
const REGIONS = 'GET /organizations/acme/databases/shop/read-only-regions?page=1&per_page=100';
const ID = 'abcdefghijkl';
const shown = {
  id: ID,
  name: 'label',
  role: 'reader',
  replica: false,
  cidrs: null,
  direct_vtgate: false,
  region: { slug: 'eu-west' },
  created_at: '2026-01-01T00:00:00.000Z',
};
const made = {
  ...shown,
  username: 'user0000',
  plain_text: 'pscale_pw_CANARY-new',
  access_host_url: 'aws.connect.psdb.cloud',
};
const READER = { label: 'label', permissions: ['role=reader'] };

async function opened(routes: Routes) {
  const server = await startServer(routes, '/v1');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { context, close } = contextOf({
    PLANETSCALE_API_URL: server.url,
    PLANETSCALE_SERVICE_TOKEN_ID: 'admin0000000',
    PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_CANARY-admin',
  });
  onTestFinished(close);
  return { server, issuer: await passwords.open({ org: 'acme', database: 'shop' }, context) };
}

describe('a new password whose answer is not whole', () => {
  it.each([
    [{ plain_text: null }],
    [{ plain_text: 'with a space' }],
    [{ plain_text: 7 }],
    [{ username: null }],
    [{ username: 'a:b' }],
    [{ username: 'a@evil.example/' }],
    [{ access_host_url: null }],
    [{ access_host_url: 'evil.example/path' }],
    [{ access_host_url: 'user@evil.example' }],
    [{ access_host_url: 'a.example:99999999' }],
    [{ access_host_url: 'a b.example' }],
    [{ id: null }],
    [{ id: '../x' }],
  ])('may have been made: %j', async (changes) => {
    const { issuer } = await opened({
      [`POST ${LIST}`]: { status: 201, body: { ...made, ...changes } },
    });
    const error = await failure(issuer.issue(READER, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('is taken if it is', async () => {
    const { issuer, server } = await opened({ [`POST ${LIST}`]: { status: 201, body: made } });
    const { fields } = await issuer.issue(READER, call);
    expect(fields).toMatchObject({ id: ID, username: 'user0000', host: 'aws.connect.psdb.cloud' });
    expect(server.received[0]?.body).toEqual({ name: 'label', role: 'reader' });
  });
});

describe('a password that does not show what it may do', () => {
  it.each([
    [{ role: null }],
    [{ role: 'owner' }],
    [{ replica: 'yes' }],
    [{ cidrs: 'all' }],
    [{ cidrs: ['all'] }],
    [{ direct_vtgate: 1 }],
    [{ id: 'another00000' }],
  ])('cannot be copied: %j', async (changes) => {
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: { ...shown, ...changes } },
    });
    expect(await failure(issuer.get(ID, call))).toMatchObject({ code: 'ANSWER_INVALID' });
  });

  it('was deleted if the API shows its trace', async () => {
    const trace = { ...shown, deleted_at: '2026-01-02T00:00:00.000Z' };
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: trace },
      [PAGE]: { status: 200, body: { data: [trace], next_page: null, total_count: 1 } },
    });
    expect(await issuer.get(ID, call)).toBeUndefined();
    expect(await issuer.find('label', call)).toEqual([]);
    for await (const token of issuer.list(call)) expect(token).toBeUndefined();
  });
});

describe('read-only regions', () => {
  const one = { status: 200, body: { data: [{ id: 'region1', region: { slug: 'eu-west' } }] } };
  const got = { [`GET ${LIST}/${ID}`]: { status: 200, body: shown } };

  it.each([
    ['one of them', one, ['region=eu-west', 'role=reader']],
    ['none', { status: 200, body: { data: [] } }, ['role=reader']],
    ['a list that there is not', { status: 404, body: {} }, ['role=reader']],
  ])('are copied: %s', async (_, regions, permissions) => {
    const { issuer } = await opened({ ...got, [REGIONS]: regions });
    expect((await issuer.get(ID, call))?.permissions).toEqual(permissions);
  });

  it.each([
    [{ role: 'admin', replica: true }, ['region=eu-west', 'replica', 'role=admin'], 2],
    [{ role: 'admin' }, ['role=admin'], 1],
    [{ region: null }, ['role=reader'], 2],
  ])('are those of passwords that read: %j', async (changes, permissions, requests) => {
    const { issuer, server } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: { ...shown, ...changes } },
      [REGIONS]: one,
    });
    expect((await issuer.get(ID, call))?.permissions).toEqual(permissions);
    expect(server.routes).toHaveLength(requests);
  });

  it('are asked for by their ids', async () => {
    const { issuer, server } = await opened({
      [REGIONS]: one,
      [`POST ${LIST}`]: { status: 201, body: made },
    });
    await issuer.issue({ label: 'label', permissions: ['role=reader', 'region=eu-west'] }, call);
    expect(server.received.at(-1)?.body).toEqual({
      name: 'label',
      role: 'reader',
      read_only_region_id: 'region1',
    });
    const unknown = { label: 'label', permissions: ['role=reader', 'region=mars'] };
    const error = await failure(issuer.issue(unknown, call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toContain('eu-west');
  });

  it.each([
    [{ status: 500, body: {} }, 'REMOTE_FAILED'],
    [{ status: 200, body: { data: [{ id: 1, region: { slug: 'a' } }] } }, 'ANSWER_INVALID'],
    [{ status: 200, body: { data: [{ id: 'a', region: {} }] } }, 'ANSWER_INVALID'],
    [{ status: 200, body: { data: [7] } }, 'ANSWER_INVALID'],
  ])('that cannot be read are not taken for none: %j', async (regions, code) => {
    const { issuer } = await opened({ ...got, [REGIONS]: regions });
    expect(await failure(issuer.get(ID, call))).toMatchObject({ code });
  });
});

describe('the end of a password', () => {
  const gone = { status: 404, body: {} };
  const empty = { status: 200, body: { data: [], next_page: null, total_count: 0 } };
  const there = { status: 200, body: { data: [shown], next_page: null, total_count: 1 } };

  it.each([
    ['204', { status: 204 }, empty, 'revoked'],
    ['another success', { status: 200, body: {} }, empty, 'revoked'],
    ['404 without it in the list', gone, empty, 'gone'],
  ])('is known: %s', async (_, answer, list, result) => {
    const { issuer } = await opened({ [`DELETE ${LIST}/${ID}`]: answer, [PAGE]: list });
    expect(await issuer.revoke(ID, call)).toBe(result);
  });

  it.each([
    ['a success that left it', { status: 200, body: {} }, there, 'ANSWER_INVALID'],
    ['404 with it in the list', gone, there, 'TARGET_NOT_FOUND'],
    ['404 of everything', gone, gone, 'TARGET_NOT_FOUND'],
    ['a failure', { status: 500, body: {} }, empty, 'REMOTE_FAILED'],
    [
      'a list that keeps changing',
      gone,
      { ...empty, body: { ...empty.body, total_count: 3 } },
      'ANSWER_INVALID',
    ],
    [
      'a list of what is not a password',
      gone,
      { status: 200, body: { data: [7] } },
      'ANSWER_INVALID',
    ],
  ])('is not guessed: %s', async (_, answer, list, code) => {
    const organizations = { status: 200, body: { data: [{ name: 'acme' }] } };
    const { issuer } = await opened({
      [`DELETE ${LIST}/${ID}`]: answer,
      [PAGE]: list,
      'GET /organizations?page=1&per_page=100': organizations,
    });
    expect(await failure(issuer.revoke(ID, call))).toMatchObject({ code });
  });

  it('is not asked for with what is not an id', async () => {
    const { issuer, server } = await opened({});
    for (const id of ['pscale_pw_CANARY', '../x', ''])
      expect(await failure(issuer.revoke(id, call))).toMatchObject({ code: 'USAGE_INVALID' });
    expect(server.routes).toEqual([]);
  });
});

describe('a list of what is not passwords', () => {
  it('is neither a list nor a check', async () => {
    const { issuer } = await opened({
      [PAGE]: { status: 200, body: { data: [7, { id: 1 }, shown], next_page: null } },
      [`GET ${LIST}?page=1&per_page=1`]: { status: 200, body: { data: 'x' } },
    });
    const ids: string[] = [];
    for await (const { id } of issuer.list(call)) ids.push(id);
    expect(ids).toEqual([ID]);
    expect(await failure(issuer.find('label', call))).toMatchObject({ code: 'ANSWER_INVALID' });
    expect(await failure(issuer.check(call))).toMatchObject({ code: 'ANSWER_INVALID' });
  });
});
