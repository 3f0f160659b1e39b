import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import planetscale from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { acme, ADMIN, call, MANAGER, PERMISSIONS, world } from './support/world.ts';

const ID = 'abcdefghijkl';
const old = { orgs: acme(ADMIN, [{ id: ID }]) };
const lost = new KeyturnError('STATE_LOST', 'another run has taken over', { effect: 'none' });

describe('the right to write', () => {
  it('is asked for before each write, and before no read', async () => {
    const { issuer, requests } = await world(old);
    let asked = 0;
    const options = { ...call, beforeWrite: async () => void (asked += 1) };
    await issuer.check(options);
    await issuer.get(ID, options);
    await issuer.find('x', options);
    expect(asked).toBe(0);
    const credential = await issuer.issue({ label: 'new' }, options);
    expect(asked).toBe(1);
    await issuer.grant(credential.token.id, PERMISSIONS, options);
    expect(asked).toBe(4);
    await issuer.verify(credential, PERMISSIONS, options);
    await issuer.ungrant(credential.token.id, ['shop/read_branch'], options);
    expect(asked).toBe(5);
    await issuer.revoke(ID, options);
    expect(asked).toBe(6);
    expect((await requests()).filter(({ method }) => method !== 'GET')).toHaveLength(6);
  });

  it('is asked for before every try, and by an issuer that acts as another token', async () => {
    const { issuer, fault, requests } = await world(old);
    const fresh = await issuer.issue({ label: 'successor' }, call);
    await issuer.grant(fresh.token.id, MANAGER, call);
    const before = (await requests()).length;
    let asked = 0;
    const options = { ...call, beforeWrite: async () => void (asked += 1) };
    await fault({ method: 'DELETE', times: 1, action: { status: 503 } });
    expect(await issuer.actAs?.(fresh).revoke(ID, options)).toBe('revoked');
    expect(asked).toBe(2);
    expect(await requests()).toHaveLength(before + 2);
  });

  it('that is gone lets nothing be sent', async () => {
    const { issuer, requests } = await world(old);
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    for (const write of [
      () => issuer.issue({ label: 'x' }, options),
      () => issuer.grant(ID, ['shop/read_branch'], options),
      () => issuer.ungrant(ID, ['shop/read_branch'], options),
      () => issuer.revoke(ID, options),
    ])
      expect((await failure(write())).code).toBe('STATE_LOST');
    expect(await requests()).toEqual([]);
  });
});

describe('the server', () => {
  it.each([
    ['', 'https://api.planetscale.com'],
    ['https://API.Example.com:443/v1/', 'https://api.example.com'],
  ])('is known without a request: %s', async (url, server) => {
    const { context, close } = contextOf({ PLANETSCALE_API_URL: url });
    expect((await planetscale.open({ org: 'acme' }, context)).server).toBe(server);
    await close();
  });
});

describe('a rotation', () => {
  it('costs seven requests, of which no two ask the same', async () => {
    const permissions = ['shop/connect_branch', 'shop/read_branch'];
    const { issuer, requests } = await world({
      orgs: acme(ADMIN, [{ id: ID, accesses: permissions }]),
    });
    await Promise.all([issuer.check(call), issuer.get(ID, call)]);
    const credential = await issuer.issue({ label: 'new' }, call);
    await issuer.grant(credential.token.id, permissions, call);
    expect(await issuer.verify(credential, permissions, call)).toEqual({ ok: true });
    expect(await issuer.revoke(ID, call)).toBe('revoked');
    const asked = (await requests()).map(({ method, path }) => `${method} ${path}`);
    expect(asked).toHaveLength(7);
    expect(new Set(asked).size).toBe(7);
  });
});
