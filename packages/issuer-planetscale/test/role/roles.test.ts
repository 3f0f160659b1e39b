import { reveal } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import roles from '../../src/role/index.ts';
import { branches, branchWorld, untilReady } from '../support/branches.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { call } from '../support/world.ts';

const options = { database: 'ledger' };
const OLD = { id: 'oldrole00000', database: 'ledger', name: 'by hand' } as const;
const old = { orgs: branches({ roles: [OLD] }) };
const READER = ['inherits=pg_read_all_data'];

describe('what a new role may do', () => {
  it.each([
    [[], {}],
    [
      [
        'inherits=pg_read_all_data',
        'inherits=postgres',
        'replication',
        'require_where_on_delete=warn',
        'require_where_on_update=on',
      ],
      {
        inheritedRoles: ['pg_read_all_data', 'postgres'],
        withReplication: true,
        requireWhereOnDelete: 'warn',
        requireWhereOnUpdate: 'on',
      },
    ],
  ])('is asked for, and read back: %j', async (permissions, made) => {
    const { issuer, roles: all } = await branchWorld(roles, options);
    const credential = await issuer.issue({ label: 'new', permissions }, call);
    await untilReady(issuer, credential.token.id);
    expect(all()).toMatchObject([{ inheritedRoles: [], ...made }]);
    expect((await issuer.get(credential.token.id, call))?.permissions).toEqual(permissions);
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
  });

  it('is what the options say, if nothing else does, not even that there is nothing', async () => {
    const usual = {
      ...options,
      inheritedRoles: ['postgres'],
      replication: true,
      requireWhereOnDelete: 'on',
      requireWhereOnUpdate: 'warn',
    };
    const { issuer, roles: all } = await branchWorld(roles, usual);
    expect(issuer.defaults?.()).toEqual([
      'inherits=postgres',
      'replication',
      'require_where_on_delete=on',
      'require_where_on_update=warn',
    ]);
    await issuer.issue({ label: 'new' }, call);
    await issuer.issue({ label: 'other', permissions: [] }, call);
    expect(all()).toMatchObject([
      {
        inheritedRoles: ['postgres'],
        withReplication: true,
        requireWhereOnDelete: 'on',
        requireWhereOnUpdate: 'warn',
      },
      { inheritedRoles: [], withReplication: false, requireWhereOnDelete: 'off' },
    ]);
  });

  it.each([
    [['inherits=superuser']],
    [['replication']],
    [['require_where_on_delete=off']],
    [['require_where_on_delete=on', 'require_where_on_delete=warn']],
    [['role=admin']],
  ])('is refused before anything is made: %j', async (permissions) => {
    const { issuer, requests } = await branchWorld(roles, options);
    const error = await failure(issuer.issue({ label: 'new', permissions }, call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(await requests()).toEqual([]);
  });
});

describe('a role', () => {
  it('has a user name that leads to its branch, and a URL', async () => {
    const { issuer, roles: all, sandbox } = await branchWorld(roles, options);
    const { token, fields } = await issuer.issue({ label: 'new', permissions: READER }, call);
    const [made] = all();
    const { host } = new URL(sandbox.urls.planetscalePostgres);
    const { username = '', password = '' } = made ?? {};
    expect(username).toContain('.');
    expect(Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, reveal(v)]))).toEqual({
      id: token.id,
      username,
      password,
      host,
      database: 'postgres',
      url: `postgresql://${username}:${password}@${host}/postgres?sslmode=verify-full`,
    });
    expect(Object.keys(roles.fields ?? {}).toSorted()).toEqual(Object.keys(fields).toSorted());
    for (const [name, kind] of Object.entries(roles.fields ?? {}))
      expect([name, typeof fields[name] === 'string']).toEqual([name, kind === 'public']);
  });

  it('is asked about until it is ready', async () => {
    const { issuer } = await branchWorld(roles, options, {
      behaviour: { rolesReadyAfterLooks: 3 },
    });
    const { token } = await issuer.issue({ label: 'new', permissions: READER }, call);
    const looks: unknown[] = [];
    for (let look = 0; look < 5; look++) looks.push(await issuer.ready?.(token.id, call));
    expect(looks).toEqual([false, false, false, true, true]);
    expect(await issuer.ready?.('never0000000', call)).toBe(false);
  });

  it('does not show when it was used', async () => {
    expect((await branchWorld(roles, options)).issuer.supports.lastUsed).toBe(false);
  });
});

describe('the default role', () => {
  const given = { ...OLD, default: true };
  const world = { orgs: branches({ roles: [given] }) };

  it.each(['get', 'revoke', 'retire'] as const)('is not touched: %s', async (method) => {
    const { issuer, requests } = await branchWorld(roles, options, world);
    const act = {
      get: () => issuer.get(OLD.id, call),
      revoke: () => issuer.revoke(OLD.id, call),
      retire: () => issuer.retire?.(OLD.id, 'newrole00000', call) ?? Promise.resolve(),
    }[method];
    const error = await failure(act());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toContain('user-defined role');
    expect((await requests()).map((one) => one.method)).toEqual(['GET']);
  });
});

describe('the end of a role', () => {
  it('takes time, and is seen when it has come', async () => {
    const { issuer, roles: all } = await branchWorld(roles, options, {
      ...old,
      behaviour: { rolesDropAfterLooks: 5 },
    });
    expect(await issuer.revoke(OLD.id, call)).toBe('pending');
    expect(all()[0]?.revokedAt).toBeNull();
    expect(await issuer.get(OLD.id, call)).toBeDefined();
    while ((await issuer.get(OLD.id, call)) !== undefined);
    expect(all()[0]?.revokedAt).not.toBeNull();
    expect(await issuer.revoke(OLD.id, call)).toBe('gone');
  });

  it('can be asked for again meanwhile', async () => {
    const { issuer, requests } = await branchWorld(roles, options, {
      ...old,
      behaviour: { rolesDropAfterLooks: 5 },
    });
    expect(await issuer.revoke(OLD.id, call)).toBe('pending');
    expect(await issuer.revoke(OLD.id, call)).toBe('revoked');
    expect((await requests()).filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  it.each([
    ['because it owns something', { roles: [{ ...OLD, owns: ['orders'] }] }, {}],
    ['for another reason', { roles: [OLD] }, { dropsFail: true }],
  ])('that fails is an error: %s', async (_, held, behaviour) => {
    const { issuer, roles: all } = await branchWorld(roles, options, {
      orgs: branches(held),
      behaviour,
    });
    const error = await failure(issuer.revoke(OLD.id, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'unknown' });
    expect(error.hint).toContain('REASSIGN OWNED');
    expect(all()[0]?.revokedAt).toBeNull();
  });

  it('comes after what it owns is its successor’s, which may be said twice', async () => {
    const { issuer, roles: all } = await branchWorld(roles, options, {
      orgs: branches({ roles: [{ ...OLD, owns: ['orders'] }] }),
    });
    const { token } = await issuer.issue({ label: 'new', permissions: READER }, call);
    await untilReady(issuer, token.id);
    await issuer.retire?.(OLD.id, token.id, call);
    await issuer.retire?.(OLD.id, token.id, call);
    expect(all().map(({ owns }) => owns)).toEqual([[], ['orders']]);
    expect(await issuer.revoke(OLD.id, call)).toBe('revoked');
    await issuer.retire?.(OLD.id, token.id, call);
    const error = await failure(
      issuer.retire?.(token.id, 'never0000000', call) ?? Promise.resolve(),
    );
    expect(error.message).toContain('never0000000');
  });

  it('whose answer was lost is asked for again', async () => {
    const { issuer, fault } = await branchWorld(roles, options, old);
    await fault({ method: 'DELETE', times: 1, action: { dropResponse: true } });
    expect(await issuer.revoke(OLD.id, call)).toBe('revoked');
  });

  it('never resets or renews', async () => {
    const { issuer, requests } = await branchWorld(roles, options, old);
    const request = { label: 'new', permissions: READER, ttl: 60_000 };
    const credential = await issuer.issue(request, call);
    await untilReady(issuer, credential.token.id);
    await issuer.verify(credential, READER, call);
    await issuer.retire?.(OLD.id, credential.token.id, call);
    await issuer.revoke(OLD.id, call);
    const sent = (await requests()).filter(({ method }) => !['GET', 'LOGIN'].includes(method));
    const base = '/v1/organizations/acme/databases/ledger/branches/main/roles';
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST ${base}`,
      `POST ${base}/${OLD.id}/reassign`,
      `DELETE ${base}/${OLD.id}`,
    ]);
  });

  it('asks for the right to write before each request that changes something', async () => {
    const { issuer } = await branchWorld(roles, options, old);
    const { token } = await issuer.issue({ label: 'new', permissions: READER }, call);
    let asked = 0;
    const writing = { ...call, beforeWrite: async () => void (asked += 1) };
    await issuer.ready?.(token.id, writing);
    expect(asked).toBe(0);
    await issuer.retire?.(OLD.id, token.id, writing);
    expect(asked).toBe(1);
    await issuer.revoke(OLD.id, writing);
    expect(asked).toBe(2);
  });
});

describe('options', () => {
  it.each([
    [{}],
    [{ database: 'ledger', inheritedRoles: ['superuser'] }],
    [{ database: 'ledger', requireWhereOnDelete: 'off' }],
    [{ database: 'ledger', port: 0 }],
    [{ database: 'ledger', role: 'admin' }],
  ])('that are not valid are refused: %j', async (wrong) => {
    const { open } = await branchWorld(roles, options);
    expect(await failure(open(wrong))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('verify', () => {
  it('reads what a role may do only if something is expected', async () => {
    const { issuer, requests } = await branchWorld(roles, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    await untilReady(issuer, credential.token.id);
    const before = (await requests()).length;
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    const sent = (await requests()).slice(before).map(({ method }) => method);
    expect(sent).toEqual(['LOGIN']);
    const result = await issuer.verify(credential, ['inherits=postgres'], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
  });

  it.each([
    ['logging in', '^/pscale_api'],
    ['reading', '/roles/'],
  ])('does not call a failure of %s a bad role', async (_, path) => {
    const { issuer, fault } = await branchWorld(roles, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    await untilReady(issuer, credential.token.id);
    await fault({ path, action: { reset: true } });
    const error = await failure(issuer.verify(credential, READER, call));
    expect(error.code).toBe('NETWORK_FAILED');
  });

  it('gives up on a role that is refused, after ten seconds', async () => {
    const { issuer, clock, roles: all } = await branchWorld(roles, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    await untilReady(issuer, credential.token.id);
    expect(await issuer.revoke(credential.token.id, call)).toBe('revoked');
    expect(all()[0]?.revokedAt).not.toBeNull();
    const start = clock.now();
    const result = await issuer.verify(credential, READER, call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
    expect(clock.now() - start).toBe(10_000);
  });
});
