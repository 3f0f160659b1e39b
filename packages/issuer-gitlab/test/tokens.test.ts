import type { TokenInfo } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure } from '../../http/test/support/adapters/failure.ts';
import { ADMIN, call, maintainer, READS, told, world } from './support/world.ts';

const DAY = 86_400_000;

async function all(tokens: AsyncIterable<TokenInfo>): Promise<readonly TokenInfo[]> {
  const found: TokenInfo[] = [];
  for await (const token of tokens) found.push(token);
  return found;
}

describe('a new token', () => {
  it('has the scopes and the role that it was created with, under its label', async () => {
    const { issuer, tokens } = await world();
    const permissions = ['access_level=developer', 'scope=read_api', 'scope=write_repository'];
    const { token, fields } = await issuer.issue({ label: 'keyturn-a', permissions }, call);
    expect(tokens()).toMatchObject([
      { name: 'keyturn-a', scopes: ['read_api', 'write_repository'], accessLevel: 30 },
    ]);
    expect(fields).toMatchObject({ id: token.id });
    expect(await issuer.get(token.id, call)).toMatchObject({ label: 'keyturn-a', permissions });
  });

  it('has what the configuration says if nothing else is asked for', async () => {
    const { issuer } = await world();
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect((await issuer.get(token.id, call))?.permissions).toEqual(READS);
  });

  it.each([
    ['no scope', ['access_level=reporter']],
    ['no role', ['scope=api']],
    ['two roles', ['scope=api', 'access_level=guest', 'access_level=owner']],
    ['something else', ['scope=api', 'access_level=guest', 'read_api']],
    ['a role that there is not', ['scope=api', 'access_level=king']],
  ])('is not asked for with %s', async (_, permissions) => {
    const { issuer, requests } = await world({}, { project: 'acme/infra' });
    const error = await failure(issuer.issue({ label: 'keyturn-a', permissions }, call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(await requests()).toEqual([]);
  });

  it.each([
    ['an hour', 3_600_000, '2026-11-25'],
    ['what ends exactly at midnight', 15 * 3_600_000, '2026-11-25'],
    ['a day', DAY, '2026-11-26'],
    ['90 days', 90 * DAY, '2027-02-23'],
    ['a year, of which a part of a day is not to be had', 365 * DAY, '2027-11-24'],
  ])('lives for at least %s', async (_, ttl, day) => {
    const { issuer } = await world();
    const { token } = await issuer.issue({ label: 'keyturn-a', ttl }, call);
    expect(token.expiresAt).toBe(`${day}T00:00:00.000Z`);
  });

  it('lives for as long as GitLab allows if nothing is asked for, and says how long', async () => {
    const { issuer } = await world();
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(token.expiresAt).toBe('2027-11-24T00:00:00.000Z');
  });

  it.each([365 * DAY + 1, 0, -1, Number.NaN])('is refused a lifetime of %s', async (ttl) => {
    const { issuer, requests } = await world();
    const error = await failure(issuer.issue({ label: 'keyturn-a', ttl }, call));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(await requests()).toEqual([]);
  });

  it('is found by its label if the answer was lost, and asked for once', async () => {
    const { issuer, fault, requests } = await world();
    await fault({ method: 'POST', times: 1, action: { dropResponse: true } });
    const error = await failure(issuer.issue({ label: 'keyturn-lost' }, call));
    expect(error.effect).toBe('unknown');
    expect(await issuer.find('keyturn-lost', call)).toMatchObject([{ label: 'keyturn-lost' }]);
    expect((await requests()).filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('that GitLab refuses for a missing right was certainly not made', async () => {
    const { issuer, tokens } = await world({
      tokens: [{ token: ADMIN, id: 7, roles: { 'acme/infra': 'developer' } }],
    });
    const error = await failure(issuer.issue({ label: 'keyturn-a' }, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(tokens()).toEqual([]);
  });

  it('with a higher role than the acting token has is refused', async () => {
    const { issuer } = await world();
    const permissions = ['scope=api', 'access_level=owner'];
    const error = await failure(issuer.issue({ label: 'keyturn-a', permissions }, call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
  });
});

describe('the list', () => {
  it('has tokens of every page once, and none that is revoked', async () => {
    const accessTokens = Array.from({ length: 230 }, (_, i) => ({
      id: 1000 + i,
      name: `seeded-${i}`,
      revoked: i % 2 === 1,
    }));
    const { issuer } = await world({ 'acme/infra': { accessTokens } });
    const ids = (await all(issuer.list(call))).map(({ id }) => Number(id));
    expect(ids.toSorted((a, b) => a - b)).toEqual(
      accessTokens.filter(({ revoked }) => !revoked).map(({ id }) => id),
    );
  });

  it('says when a token was last used', async () => {
    const accessTokens = [{ id: 5, name: 'used', lastUsedAt: '2026-11-20T08:00:00.000Z' }];
    const { issuer } = await world({ 'acme/infra': { accessTokens } });
    const [token] = await all(issuer.list(call));
    expect(Date.parse(token?.lastUsedAt ?? '')).toBeLessThanOrEqual(
      Date.parse('2026-11-20T08:00:00.000Z'),
    );
  });
});

describe('a token that is not there', () => {
  it('is gone only if the whole list may be seen', async () => {
    const { issuer } = await world();
    expect(await issuer.get('4242', call)).toBeUndefined();
    expect(await issuer.revoke('4242', call)).toBe('gone');
  });

  it('is not taken for gone where the project is not visible any more', async () => {
    const { issuer, seed } = await world();
    await seed({
      'acme/infra': {},
      'acme/other': {},
      tokens: [{ token: ADMIN, id: 7, roles: { 'acme/other': 'owner' } }],
    });
    for (const attempt of ['get', 'revoke'] as const)
      expect((await failure(issuer[attempt]('4242', call))).code).toBe('TARGET_NOT_FOUND');
    expect((await failure(issuer.find('keyturn-a', call))).code).toBe('TARGET_NOT_FOUND');
  });

  it('is not taken for gone where the role is too low', async () => {
    const { issuer } = await world({
      tokens: [{ token: ADMIN, id: 7, roles: { 'acme/infra': 'developer' } }],
    });
    const error = await failure(issuer.get('4242', call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(error.hint).toContain('Maintainer');
  });

  it('is not taken for gone where the project was moved', async () => {
    const { issuer, seed } = await world();
    await seed({
      'acme/platform': { formerPaths: ['acme/infra'] },
      tokens: [{ token: ADMIN, id: 7 }],
    });
    for (const attempt of ['get', 'revoke'] as const)
      expect((await failure(issuer[attempt]('4242', call))).hint).toMatch(/renamed or moved/);
  });
});

describe('a revocation', () => {
  it('that comes twice finds it gone, whatever GitLab says of the second', async () => {
    const { issuer, tokens } = await world();
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(await issuer.revoke(token.id, call)).toBe('revoked');
    expect(await issuer.revoke(token.id, call)).toBe('gone');
    expect(tokens()).toMatchObject([{ revoked: true }]);
  });

  it('is not taken for done if GitLab refuses it with 400', async () => {
    const item = { id: 5, name: 'a', scopes: ['api'], access_level: 40, revoked: false };
    const { issuer } = await told({
      'DELETE /projects/acme%2Finfra/access_tokens/5': {
        status: 400,
        body: { message: '400 Bad request - Ada cannot delete project_1_bot' },
      },
      'GET /projects/acme%2Finfra/access_tokens/5': { status: 200, body: item },
    });
    const error = await failure(issuer.revoke('5', call));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
  });

  it('of an expired token, which GitLab refuses, has nothing left to do', async () => {
    const item = { id: 5, name: 'a', scopes: ['api'], access_level: 40, revoked: false };
    const { issuer } = await told({
      'DELETE /projects/acme%2Finfra/access_tokens/5': {
        status: 400,
        body: { message: '400 Bad request - Failed to find bot user' },
      },
      'GET /projects/acme%2Finfra/access_tokens/5': {
        status: 200,
        body: { ...item, active: false, expires_at: '2026-11-20' },
      },
    });
    expect(await issuer.revoke('5', call)).toBe('gone');
    expect((await issuer.get('5', call))?.permissions).toContain('scope=api');
  });

  it('whose answer was lost is repeated', async () => {
    const { issuer, fault, tokens } = await world();
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    await fault({ method: 'DELETE', times: 1, action: { dropResponse: true } });
    expect(await issuer.revoke(token.id, call)).toBe('gone');
    expect(tokens()).toMatchObject([{ revoked: true }]);
  });

  it.each(['glpat-CANARYcanaryCANARY', '0', '../../user', '1/rotate', ''])(
    'of %j sends nothing',
    async (id) => {
      const { issuer, requests } = await world();
      expect((await failure(issuer.revoke(id, call))).code).toBe('USAGE_INVALID');
      expect(await requests()).toEqual([]);
    },
  );
});

describe('tokens of a group', () => {
  it('need an owner', async () => {
    const options = { group: 'acme', scopes: ['read_api'], accessLevel: 'guest' };
    const as = async (role: 'maintainer' | 'owner') => {
      const tokens = [{ token: ADMIN, id: 7, roles: { acme: role } }];
      const { issuer } = await world({ tokens, groups: { acme: {} } }, options);
      return issuer;
    };
    const issuer = await as('owner');
    expect(issuer.id).toBe('gitlab-token:acme?level=group');
    const { token } = await issuer.issue({ label: 'keyturn-a' }, call);
    expect(await issuer.revoke(token.id, call)).toBe('revoked');
    const refused = await failure((await as('maintainer')).check(call));
    expect(refused.code).toBe('PERMISSION_DENIED');
    expect(refused.hint).toContain('Owner');
  });
});

describe('tokens of a user', () => {
  const admin = [{ token: ADMIN, id: 7, admin: true, userId: 1, name: 'keyturn' }];
  const personal = { personal: true, scopes: ['read_api'] };

  it('are created, read and revoked by an administrator', async () => {
    const { issuer } = await world({ tokens: admin }, personal);
    const credential = await issuer.issue({ label: 'keyturn-a', ttl: DAY }, call);
    const { id } = credential.token;
    expect((await issuer.get(id, call))?.permissions).toEqual(['scope=read_api']);
    expect(await issuer.verify(credential, ['scope=read_api'], call)).toEqual({ ok: true });
    expect((await issuer.find('keyturn-a', call)).map((one) => one.id)).toEqual([id]);
    expect(await issuer.revoke(id, call)).toBe('revoked');
    expect(await issuer.revoke(id, call)).toBe('gone');
    expect(await issuer.get(id, call)).toBeUndefined();
  });

  it('are nothing that others can create, which is said before anything is made', async () => {
    const tokens = [{ token: ADMIN, id: 7, userId: 1, name: 'keyturn' }];
    const { issuer } = await world({ tokens }, personal);
    const { problems, can } = await issuer.check(call);
    expect(problems).toMatchObject([{ code: 'PERMISSION_DENIED' }]);
    expect(can.create).toBe('no');
  });

  it('of somebody else are not touched', async () => {
    const tokens = [...admin, { token: 'glpat-CANARY-other', id: 9, userId: 2, name: 'other' }];
    const { issuer, sandbox } = await world({ tokens }, personal);
    for (const attempt of ['get', 'revoke'] as const)
      expect((await failure(issuer[attempt]('9', call))).code).toBe('TOKEN_NOT_FOUND');
    expect(sandbox.state().gitlab?.tokens?.find(({ id }) => id === 9)?.revoked ?? false).toBe(
      false,
    );
    expect((await all(issuer.list(call))).map(({ id }) => id)).toEqual(['7']);
  });

  it('are not revoked if keyturn acts with them', async () => {
    const { issuer } = await world({ tokens: admin }, personal);
    expect((await failure(issuer.revoke('7', call))).code).toBe('TOKEN_IN_USE');
    expect(issuer.actingToken?.()).toBe('7');
    const permissions = ['scope=api'];
    const successor = await issuer.issue({ label: 'keyturn-next', permissions }, call);
    expect(await issuer.actAs?.(successor).revoke('7', call)).toBe('revoked');
  });

  it('have no role', async () => {
    const { issuer } = await world({ tokens: admin }, personal);
    const permissions = ['scope=api', 'access_level=reporter'];
    const error = await failure(issuer.issue({ label: 'keyturn-a', permissions }, call));
    expect(error.code).toBe('CONFIG_INVALID');
  });
});

it('the token that keyturn acts with is known once it was checked', async () => {
  const { issuer } = await world();
  expect(issuer.actingToken?.()).toBeUndefined();
  await issuer.check(call);
  expect(issuer.actingToken?.()).toBe(`${maintainer[0]?.id}`);
});

it('tokens of a user with a name are looked for among those of that user', async () => {
  const { issuer, server } = await told(
    {
      'GET /users?username=ci-bot': {
        status: 200,
        body: [
          { id: 3, username: 'ci-bot2' },
          { id: 4, username: 'CI-Bot' },
        ],
      },
      'GET /personal_access_tokens?user_id=4&search=keyturn-a&per_page=100&page=1': {
        status: 200,
        body: [{ id: 5, name: 'keyturn-a', user_id: 4 }],
      },
      'GET /users?username=nobody': { status: 200, body: [] },
    },
    { personal: 'ci-bot' },
  );
  expect(await issuer.find('keyturn-a', call)).toMatchObject([{ id: '5' }]);
  expect(server.routes).toHaveLength(2);
});
