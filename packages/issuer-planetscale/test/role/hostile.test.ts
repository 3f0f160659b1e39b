import { reveal } from '@keyturn/core';
import { startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';

import roles from '../../src/role/index.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../../http/test/support/adapters/context.ts';
import { call } from '../support/world.ts';

const LIST = '/organizations/acme/databases/ledger/branches/main/roles';
const ID = 'abcdefghijkl';
const shown = {
  id: ID,
  name: 'label',
  default: false,
  inherited_roles: ['pg_read_all_data'],
  with_replication: false,
  created_at: '2026-01-01T00:00:00.000Z',
  query_safety_settings: { require_where_on_delete: 'off', require_where_on_update: 'off' },
};
const made = {
  ...shown,
  username: 'pscale_api_a.branch',
  password: 'pscale_pw_CANARY/new',
  access_host_url: 'x-useast1-1.horizon.psdb.cloud',
  database_name: 'ledger db',
};
const request = { label: 'label', permissions: ['inherits=pg_read_all_data'] };

async function opened(routes: Routes, options: object = {}) {
  const server = await startServer(routes, '/v1');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { context, close } = contextOf({
    PLANETSCALE_API_URL: server.url,
    PLANETSCALE_SERVICE_TOKEN_ID: 'admin0000000',
    PLANETSCALE_SERVICE_TOKEN: 'pscale_tkn_CANARY-admin',
  });
  onTestFinished(close);
  const all = { org: 'acme', database: 'ledger', ...options };
  return { server, issuer: await roles.open(all, context) };
}

describe('a new role', () => {
  it.each([
    [{ password: null }],
    [{ username: 'a b' }],
    [{ database_name: null }],
    [{ database_name: 'a\nb' }],
    [{ access_host_url: 'evil.example/path' }],
    [{ access_host_url: 'postgresql://user@evil.example/db' }],
    [{ id: 7 }],
  ])('whose answer is not whole may have been made: %j', async (changes) => {
    const body = { ...made, ...changes };
    const { issuer } = await opened({ [`POST ${LIST}`]: { status: 200, body } });
    const error = await failure(issuer.issue(request, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it.each([
    ['x.psdb.cloud', {}, 'x.psdb.cloud:5432'],
    ['x.psdb.cloud', { port: 6432 }, 'x.psdb.cloud:6432'],
    ['x.psdb.cloud:7000', {}, 'x.psdb.cloud:7000'],
    ['postgresql://x.psdb.cloud:7000/ledger', {}, 'x.psdb.cloud:7000'],
  ])('has a URL that clients take: %s', async (address, options, where) => {
    const body = { ...made, access_host_url: address };
    const { issuer } = await opened({ [`POST ${LIST}`]: { status: 200, body } }, options);
    const { fields } = await issuer.issue(request, call);
    expect(reveal(fields['url'] ?? '')).toBe(
      `postgresql://pscale_api_a.branch:pscale_pw_CANARY%2Fnew@${where}/ledger%20db?sslmode=verify-full`,
    );
  });
});

describe('a role that does not show what it may do', () => {
  it.each([
    [{ inherited_roles: null }],
    [{ inherited_roles: ['superuser'] }],
    [{ inherited_roles: [{}] }],
    [{ with_replication: 'yes' }],
    [{ query_safety_settings: 'off' }],
    [{ query_safety_settings: { require_where_on_delete: 'maybe' } }],
    [{ default: null }],
    [{ id: 'another00000' }],
  ])('cannot be copied: %j', async (changes) => {
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: { ...shown, ...changes } },
    });
    expect(await failure(issuer.get(ID, call))).toMatchObject({ code: 'ANSWER_INVALID' });
  });

  it.each([
    [
      { require_where_on_delete: true, require_where_on_update: false },
      ['require_where_on_delete=on'],
    ],
    [{ require_where_on_update: 'warn' }, ['require_where_on_update=warn']],
    [null, []],
  ])('can be, in either spelling of its settings: %j', async (settings, permissions) => {
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: { ...shown, query_safety_settings: settings } },
    });
    const all = ['inherits=pg_read_all_data', ...permissions];
    expect((await issuer.get(ID, call))?.permissions).toEqual(all);
  });
});

describe('revoke', () => {
  it('believes no text of the server', async () => {
    const failed = { ...shown, drop_failed: '\u001B[31mpscale_tkn_CANARY-admin' };
    const { issuer } = await opened({
      [`DELETE ${LIST}/${ID}`]: { status: 204 },
      [`GET ${LIST}/${ID}`]: (_, count) => ({ status: 200, body: count === 0 ? shown : failed }),
    });
    expect(await failure(issuer.revoke(ID, call))).toMatchObject({ code: 'REMOTE_REJECTED' });
  });

  it('does not take an empty text for a failure', async () => {
    const there = { ...shown, drop_failed: '', deleted_at: null };
    const { issuer } = await opened({
      [`DELETE ${LIST}/${ID}`]: { status: 204 },
      [`GET ${LIST}/${ID}`]: { status: 200, body: there },
    });
    expect(await issuer.revoke(ID, call)).toBe('pending');
  });

  it('does not take a role that it cannot read for one that is not the default', async () => {
    const { issuer, server } = await opened({ [`GET ${LIST}/${ID}`]: { status: 500, body: {} } });
    expect(await failure(issuer.revoke(ID, call))).toMatchObject({ code: 'REMOTE_FAILED' });
    expect(server.routes.every((route) => route.startsWith('GET'))).toBe(true);
  });
});

describe('what goes wrong on the way', () => {
  const PAGE = `GET ${LIST}?page=1&per_page=100`;
  const empty = { status: 200, body: { data: [], next_page: null, total_count: 0 } };

  it('is not taken for a role that is not ready', async () => {
    const { issuer } = await opened({ [`GET ${LIST}/${ID}`]: { status: 500, body: {} } });
    const error = await failure(Promise.resolve(issuer.ready?.(ID, call)));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED' });
  });

  it('may be that somebody else deleted the role meanwhile', async () => {
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: shown },
      [`DELETE ${LIST}/${ID}`]: { status: 404, body: {} },
      [PAGE]: empty,
    });
    expect(await issuer.revoke(ID, call)).toBe('gone');
  });

  it('is nothing that was sent, if the successor is not an id', async () => {
    const { issuer, server } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: shown },
    });
    for (const successor of ['pscale_pw_CANARY', 'a b'])
      expect(await failure(Promise.resolve(issuer.retire?.(ID, successor, call)))).toMatchObject({
        code: 'USAGE_INVALID',
      });
    expect(server.routes.every((route) => route.startsWith('GET'))).toBe(true);
  });

  it('leaves the secrets of a successor that is refused out of the error', async () => {
    const { issuer } = await opened({
      [`GET ${LIST}/${ID}`]: { status: 200, body: shown },
      [`POST ${LIST}/${ID}/reassign`]: {
        status: 422,
        body: { message: 'no: pscale_tkn_CANARY-admin' },
      },
    });
    const error = await failure(Promise.resolve(issuer.retire?.(ID, 'newrole00000', call)));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.message).toContain('newrole00000');
  });
});
