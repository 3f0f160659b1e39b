import { reveal, type Permissions } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import passwords from '../../src/password/index.ts';
import { branches, branchWorld, MANAGER } from '../support/branches.ts';
import { failure } from '../../../http/test/support/adapters/failure.ts';
import { call } from '../support/world.ts';

const options = { database: 'shop' };
const READER = ['role=reader'];

describe('what a new password may do', () => {
  it.each<{ permissions: Permissions; made: object }>([
    { permissions: ['role=admin'], made: { role: 'admin', replica: false, cidrs: null } },
    {
      permissions: ['role=reader', 'replica', 'direct_vtgate', 'cidr=127.0.0.1', 'cidr=10.0.0.0/8'],
      made: {
        role: 'reader',
        replica: true,
        directVtgate: true,
        cidrs: ['127.0.0.1', '10.0.0.0/8'],
      },
    },
  ])('is asked for, and read back: $permissions', async ({ permissions, made }) => {
    const { issuer, passwords: all } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions }, call);
    expect(all()).toMatchObject([{ id: credential.token.id, database: 'shop', ...made }]);
    const shown = (await issuer.get(credential.token.id, call))?.permissions;
    expect(shown).toEqual(permissions.toSorted());
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
  });

  it('is what the options say, if nothing else does', async () => {
    const usual = { ...options, role: 'reader', replica: true, cidrs: ['127.0.0.0/8'] };
    const { issuer, passwords: all } = await branchWorld(passwords, usual);
    await issuer.issue({ label: 'new' }, call);
    await issuer.issue({ label: 'other', permissions: ['role=writer'] }, call);
    expect(all()).toMatchObject([
      { role: 'reader', replica: true, cidrs: ['127.0.0.0/8'], directVtgate: false },
      { role: 'writer', replica: false, cidrs: null },
    ]);
  });

  it.each([
    [undefined],
    [[]],
    [['replica']],
    [['role=reader', 'role=writer']],
    [['role=owner']],
    [['role=reader', 'cidr=10.0.0.0/33']],
    [['role=reader', 'cidr=10.0.0']],
    [['role=reader', 'cidr=::ffff/8/8']],
    [['role=reader', 'shop/read_branch']],
    [['role=reader', 'replica=true']],
    [['role=reader', 'region=a', 'region=b']],
  ])('is refused before anything is made: %j', async (permissions) => {
    const { issuer, requests } = await branchWorld(passwords, options);
    const request = { label: 'new', ...(permissions !== undefined && { permissions }) };
    const error = await failure(issuer.issue(request, call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(await requests()).toEqual([]);
  });

  it('may be a range of one address or that address', async () => {
    const { issuer } = await branchWorld(passwords, options);
    const permissions = ['role=reader', 'cidr=127.0.0.1/32', 'cidr=2001:DB8::1/128'];
    const credential = await issuer.issue({ label: 'new', permissions }, call);
    expect((await issuer.get(credential.token.id, call))?.permissions).toEqual([
      'cidr=127.0.0.1',
      'cidr=2001:db8::1',
      'role=reader',
    ]);
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
  });

  it.each([
    ['less', ['role=admin'], ['role=admin', 'replica'], 'lacks replica'],
    ['more', ['role=admin', 'replica'], ['role=admin'], 'also has replica'],
    ['other things', ['role=admin'], ['role=reader'], 'lacks role=reader, and also has role=admin'],
  ])('is compared with what was expected: %s', async (_, permissions, expected, text) => {
    const { issuer } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions }, call);
    const result = await issuer.verify(credential, expected, call);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'VERIFY_FAILED', message: expect.stringContaining(text) },
    });
  });

  it.each([
    ['role=reader', true],
    ['replica', true],
    ['direct_vtgate', true],
    ['cidr=10.0.0.0/8', true],
    ['cidr=10.0.0.0/8x', false],
    ['region=us-east', true],
    ['region=../x', false],
    ['region=', false],
    ['role=owner', false],
  ])('is checked in the configuration: %s', async (text, isValid) => {
    const came = await passwords.permission?.['~standard'].validate(text);
    expect(came?.issues === undefined).toBe(isValid);
  });
});

describe('a password', () => {
  it('has its id, which is not its user name, and a URL for its branch', async () => {
    const { issuer, passwords: all, sandbox } = await branchWorld(passwords, options);
    const { token, fields } = await issuer.issue({ label: 'new', permissions: READER }, call);
    const [made] = all();
    const host = sandbox.urls.planetscaleQuery.replace('http://', '');
    const { username = '', password = '' } = made ?? {};
    expect(username).not.toBe(token.id);
    expect(Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, reveal(v)]))).toEqual({
      id: token.id,
      username,
      password,
      host,
      url: `mysql://${username}:${password}@${host}/shop?sslaccept=strict`,
    });
    expect(Object.keys(passwords.fields ?? {}).toSorted()).toEqual(Object.keys(fields).toSorted());
    for (const [name, kind] of Object.entries(passwords.fields ?? {}))
      expect([name, typeof fields[name] === 'string']).toEqual([name, kind === 'public']);
  });

  it('shows when it was last used', async () => {
    const { issuer, clock } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    const { id } = credential.token;
    expect(issuer.supports.lastUsed).toBe(true);
    expect((await issuer.get(id, call))?.lastUsedAt).toBeUndefined();
    await clock.advance(60_000);
    await issuer.verify(credential, [], call);
    const { lastUsedAt = '' } = (await issuer.get(id, call)) ?? {};
    expect(Math.abs(Date.parse(lastUsedAt) - clock.now())).toBeLessThan(10_000);
  });

  it('of another branch is neither seen nor deleted', async () => {
    const there = { id: 'devpassword1', database: 'shop', branch: 'dev' };
    const { issuer, passwords: all } = await branchWorld(passwords, options, {
      orgs: branches({ passwords: [there] }),
    });
    expect(await issuer.get(there.id, call)).toBeUndefined();
    expect(await issuer.revoke(there.id, call)).toBe('gone');
    expect(all()[0]?.revokedAt).toBeNull();
    expect(issuer.id).toBe('planetscale-password:acme/shop/main');
  });

  it('is deleted and never renewed', async () => {
    const { issuer, requests } = await branchWorld(passwords, options);
    const { token } = await issuer.issue({ label: 'n', ttl: 60_000, permissions: READER }, call);
    expect(await issuer.revoke(token.id, call)).toBe('revoked');
    const sent = (await requests()).map(({ method, path }) => `${method} ${path}`);
    const path = '/v1/organizations/acme/databases/shop/branches/main/passwords';
    expect(sent).toEqual([`POST ${path}`, `DELETE ${path}/${token.id}`]);
  });
});

describe('verifying by a query', () => {
  it('accepts a role that may not select', async () => {
    const { issuer } = await branchWorld(passwords, options, {
      behaviour: { writersSelect: 'denied' },
    });
    const credential = await issuer.issue({ label: 'new', permissions: ['role=writer'] }, call);
    expect(await issuer.verify(credential, ['role=writer'], call)).toEqual({ ok: true });
  });

  it('waits for a password that does not work everywhere yet, for ten seconds', async () => {
    const { issuer, clock } = await branchWorld(passwords, options, {
      behaviour: { useDelayMs: 3_000 },
    });
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    const start = clock.now();
    expect(await issuer.verify(credential, READER, call)).toEqual({ ok: true });
    expect(clock.now() - start).toBe(3_500);
  });

  it('reads what a password may do only if something is expected', async () => {
    const { issuer, requests } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    const before = (await requests()).length;
    expect(await issuer.verify(credential, [], call)).toEqual({ ok: true });
    const sent = (await requests()).slice(before).map(({ path }) => path);
    expect(sent).toEqual(['/psdb.v1alpha1.Database/Execute']);
  });

  it('refuses one that expired', async () => {
    const { issuer, clock } = await branchWorld(passwords, options);
    const request = { label: 'new', ttl: 60_000, permissions: READER };
    const credential = await issuer.issue(request, call);
    await clock.advance(60_000);
    const result = await issuer.verify(credential, [], call);
    expect(result).toMatchObject({ ok: false, error: { code: 'VERIFY_FAILED' } });
  });

  it('says from where it can be used', async () => {
    const { issuer } = await branchWorld(passwords, options);
    const permissions = ['role=reader', 'cidr=10.0.0.0/8'];
    const credential = await issuer.issue({ label: 'new', permissions }, call);
    const result = await issuer.verify(credential, permissions, call);
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'VERIFY_FAILED', hint: expect.stringContaining('cidr') },
    });
  });

  it.each([
    [{ status: 500 }, 'REMOTE_FAILED'],
    [{ status: 200, body: { error: { code: 'UNAVAILABLE', message: 'asleep' } } }, 'REMOTE_FAILED'],
    [{ status: 200, body: { error: 'pscale_pw_CANARY' } }, 'REMOTE_FAILED'],
    [{ status: 200, body: 'no JSON' }, 'ANSWER_INVALID'],
    [{ reset: true }, 'NETWORK_FAILED'],
  ])('does not call another failure a bad password: %j', async (action, code) => {
    const { issuer, fault } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    await fault({ path: 'Execute', action });
    expect(await failure(issuer.verify(credential, [], call))).toMatchObject({ code });
  });

  it.each([
    [{ code: 'UNAUTHENTICATED', message: 'invalid authorization credentials' }],
    [{ code: 'UNKNOWN', message: "Access denied for user 'x'" }],
  ])('takes what the database says for a refusal: %j', async (error) => {
    const { issuer, fault } = await branchWorld(passwords, options);
    const credential = await issuer.issue({ label: 'new', permissions: READER }, call);
    await fault({ path: 'Execute', action: { status: 200, body: { error } } });
    expect(await issuer.verify(credential, [], call)).toMatchObject({ ok: false });
  });
});

describe('the accesses', () => {
  it.each([
    ['get', 'read_branch'],
    ['issue', 'connect_production_branch'],
    ['revoke', 'delete_production_branch_password'],
  ] as const)('that are missing are named: %s', async (method, access) => {
    const left = MANAGER.accesses.filter((one) => one !== `shop/${access}`);
    const accesses = method === 'get' ? [] : left;
    const held = { passwords: [{ id: 'oldpassword1', database: 'shop' }] };
    const { issuer } = await branchWorld(passwords, options, {
      orgs: branches(held, { ...MANAGER, accesses }),
    });
    const act = {
      get: () => issuer.get('oldpassword1', call),
      issue: () => issuer.issue({ label: 'new', permissions: ['role=admin'] }, call),
      revoke: () => issuer.revoke('oldpassword1', call),
    }[method];
    const error = await failure(act());
    expect(error.code).toBe(method === 'get' ? 'TARGET_NOT_FOUND' : 'PERMISSION_DENIED');
    expect(error.hint).toContain(`the access ${access}`);
    expect(error.hint).toContain('shop');
    expect(error.effect).toBe('none');
  });
});

describe('options', () => {
  it.each([
    [{}],
    [{ database: '../x' }],
    [{ database: 'shop', branch: 'a/b' }],
    [{ database: 'shop', role: 'owner' }],
    [{ database: 'shop', cidrs: ['everywhere'] }],
    [{ database: 'shop', region: 'x' }],
  ])('that are not valid are refused: %j', async (wrong) => {
    const { open } = await branchWorld(passwords, options);
    expect(await failure(open(wrong))).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
