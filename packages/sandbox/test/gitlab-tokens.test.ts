import { describe, expect, it } from 'vitest';

import type { GitLabAccessTokenWorld, Sandbox } from '../src/index.ts';
import { gitlab, gitlabWith } from './gitlab.ts';
import { agreeing, control, createClock, sandbox } from './support.ts';

const TOKENS = '/projects/acme%2Finfra/access_tokens';
const VARIABLES = '/projects/acme%2Finfra/variables';
const SELF = '/personal_access_tokens/self';
const given = { name: 'ci', scopes: ['api'], expires_at: '2026-06-01' };

const tokensOf = (box: Sandbox): readonly GitLabAccessTokenWorld[] =>
  box.state().gitlab?.['acme/infra']?.accessTokens ?? [];

async function fixed() {
  const clock = createClock();
  const box = await sandbox({ clocks: agreeing, clock: clock.now });
  return { clock, box, api: gitlab(box) };
}

describe('access tokens of a GitLab project', () => {
  it('are created with a secret, which is never shown again, and a bot of their own', async () => {
    const { box, api } = await fixed();
    const { status, body } = await api('POST', TOKENS, { ...given, description: 'why' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      name: 'ci',
      description: 'why',
      scopes: ['api'],
      access_level: 40,
      resource_type: 'project',
      resource_id: 4217,
      created_at: '2026-01-15T00:00:00.000Z',
      expires_at: '2026-06-01',
      last_used_at: null,
      active: true,
      revoked: false,
      token: expect.stringMatching(/^glpat-\w{20}$/) as string,
    });
    const shown = await api('GET', `${TOKENS}/${body.id}`);
    const { token, ...rest } = body;
    expect([shown.status, shown.body]).toEqual([200, rest]);
    const bot = await gitlab(box, token)('GET', '/user');
    expect(bot.body).toMatchObject({ id: body.user_id, bot: true });
    expect(body.user_id).not.toBe(345);
    expect(tokensOf(box).at(-1)).toMatchObject({ id: body.id, token, accessLevel: 40 });
  });

  it('do what their scopes and their level allow, in their project', async () => {
    const { box, api } = await fixed();
    const make = async (more: object) =>
      gitlab(box, (await api('POST', TOKENS, { ...given, ...more })).body.token);
    const full = await make({});
    expect((await full('POST', VARIABLES, { key: 'A', value: 'x' })).status).toBe(201);
    expect((await full('GET', '/groups/acme/variables')).status).toBe(404);
    const reading = await make({ scopes: ['read_api'] });
    expect((await reading('GET', VARIABLES)).status).toBe(200);
    expect((await reading('POST', VARIABLES, { key: 'B', value: 'x' })).status).toBe(403);
    const developer = await make({ access_level: 30 });
    expect((await developer('GET', VARIABLES)).status).toBe(403);
    expect((await developer('GET', '/projects/acme%2Finfra')).status).toBe(200);
    const other = await make({ scopes: ['read_repository'] });
    expect((await other('GET', VARIABLES)).body.error).toBe('insufficient_scope');
    expect((await other('GET', SELF)).body).toMatchObject({ scopes: ['read_repository'] });
  });

  it('show themselves to themselves, whatever their scopes', async () => {
    const { box } = await fixed();
    const [{ token } = {}] = tokensOf(box);
    expect((await gitlab(box, token)('GET', SELF)).body).toMatchObject({
      id: 812,
      name: 'ci-infra',
      user_id: 345,
      access_level: 40,
    });
  });

  it.each<[object, object]>([
    [{ name: 'x' }, { error: 'scopes is missing' }],
    [{}, { error: 'name is missing, scopes is missing' }],
    [{ ...given, scopes: ['sudo'] }, { error: 'scopes does not have a valid value' }],
    [{ ...given, scopes: [] }, { message: "400 Bad request - Scopes can't be blank" }],
    [{ ...given, access_level: 35 }, { error: 'access_level does not have a valid value' }],
    [{ ...given, expires_at: 'soon' }, { error: 'expires_at is invalid' }],
    [
      { ...given, expires_at: '2027-01-16' },
      { message: '400 Bad request - Expires at must be before 2027-01-15' },
    ],
    [
      { ...given, expires_at: '2026-01-15' },
      { message: '400 Bad request - Expires at must be in the future' },
    ],
  ])('are not created from %j', async (body, answer) => {
    const { box, api } = await fixed();
    const reply = await api('POST', TOKENS, body);
    expect([reply.status, reply.body]).toEqual([400, answer]);
    expect(tokensOf(box)).toHaveLength(1);
  });

  it('end with a day, a year later if none is given', async () => {
    const { clock, box, api } = await fixed();
    const { body: longest } = await api('POST', TOKENS, { name: 'a', scopes: ['api'] });
    expect(longest.expires_at).toBe('2027-01-15');
    const { body } = await api('POST', TOKENS, { ...given, expires_at: '2026-01-17' });
    clock.advance(2 * 86_400_000 - 1);
    expect((await gitlab(box, body.token)('GET', SELF)).status).toBe(200);
    clock.advance(1);
    expect((await gitlab(box, body.token)('GET', SELF)).body.error).toBe('invalid_token');
    expect((await api('GET', `${TOKENS}/${body.id}`)).body).toMatchObject({
      active: false,
      revoked: false,
    });
  });

  it.each([
    [{ acme: 'owner' }, 50, 201, 200],
    [{ acme: 'maintainer' }, 50, 400, 200],
    [{ acme: 'maintainer' }, 40, 201, 200],
    [{ acme: 'developer' }, 10, 400, 401],
    [{ other: 'owner' }, 10, 404, 404],
  ] as const)('by %j with the level %d get %d', async (roles, access_level, made, listed) => {
    const { api } = await gitlabWith({ 'acme/infra': {}, tokens: [{ token: 't', roles }] });
    expect((await api('POST', TOKENS, { name: 'a', scopes: ['api'], access_level })).status).toBe(
      made,
    );
    expect((await api('GET', TOKENS)).status).toBe(listed);
  });

  it('cannot create or rotate others, but end them', async () => {
    const { box, api } = await fixed();
    const { body } = await api('POST', TOKENS, given);
    const bot = gitlab(box, body.token);
    expect(await bot('POST', TOKENS, given)).toMatchObject({
      status: 400,
      body: {
        message: '400 Bad request - User does not have permission to create project access token',
      },
    });
    expect((await bot('POST', `${TOKENS}/812/rotate`)).status).toBe(401);
    expect((await bot('DELETE', `${TOKENS}/812`)).status).toBe(204);
  });

  it('are revoked at once, and stay in the list', async () => {
    const { box, api } = await fixed();
    const [{ token } = {}] = tokensOf(box);
    const first = await api('DELETE', `${TOKENS}/812`);
    expect([first.status, first.text]).toEqual([204, '']);
    expect((await gitlab(box, token)('GET', SELF)).body).toMatchObject({ error: 'invalid_token' });
    expect((await api('GET', `${TOKENS}/812`)).body).toMatchObject({
      revoked: true,
      active: false,
    });
    expect((await api('DELETE', `${TOKENS}/812`)).status).toBe(400);
    expect((await api('DELETE', `${TOKENS}/5`)).status).toBe(404);
    expect((await api('GET', `${TOKENS}/5`)).status).toBe(404);
  });

  it('are listed in pages, and filtered', async () => {
    const accessTokens = Array.from({ length: 45 }, (_, i) => ({
      name: `t${i}`,
      id: i + 1,
      createdAt: new Date(i * 1000).toISOString(),
      revoked: i % 2 === 1,
      ...(i === 3 && { lastUsedAt: '2026-01-01T00:00:00Z' }),
    }));
    const { api } = await gitlabWith({ 'acme/infra': { accessTokens } });
    const names = async (query: string): Promise<string[]> =>
      (await api('GET', `${TOKENS}?${query}`)).body.map(({ name }: { name: string }) => name);
    const first = await api('GET', TOKENS);
    expect([first.body.length, first.headers.get('x-next-page')]).toEqual([20, '2']);
    expect(await names('page=3')).toEqual(['t4', 't3', 't2', 't1', 't0']);
    expect(await names('search=T1&per_page=100')).toHaveLength(11);
    expect(await names('state=active&per_page=100')).toHaveLength(23);
    expect(await names('state=inactive&per_page=100')).toHaveLength(22);
    expect(await names('revoked=true&per_page=1&sort=created_asc')).toEqual(['t1']);
    expect(await names('last_used_after=2025-12-31')).toEqual(['t3']);
    expect(await names('created_before=1970-01-01T00:00:00Z')).toEqual(['t1', 't0']);
    expect((await api('GET', `${TOKENS}?state=x`)).status).toBe(400);
  });

  it('remember their last use, once a minute', async () => {
    const { clock, box, api } = await fixed();
    const { body } = await api('POST', TOKENS, given);
    const own = gitlab(box, body.token);
    const lastUsed = async () => (await api('GET', `${TOKENS}/${body.id}`)).body.last_used_at;
    await own('GET', SELF);
    clock.advance(59_999);
    await own('GET', SELF);
    expect(await lastUsed()).toBe('2026-01-15T00:00:00.000Z');
    clock.advance(1);
    await own('GET', SELF);
    expect(await lastUsed()).toBe('2026-01-15T00:01:00.000Z');
  });
});

describe('rotating a token of GitLab', () => {
  it('ends the old one at once, and gives the new one a week', async () => {
    const { box, api } = await fixed();
    const { body: old } = await api('POST', TOKENS, given);
    const { status, body } = await api('POST', `${TOKENS}/${old.id}/rotate`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ name: 'ci', user_id: old.user_id, expires_at: '2026-01-22' });
    expect(body.id).not.toBe(old.id);
    expect((await gitlab(box, old.token)('GET', SELF)).status).toBe(401);
    expect((await gitlab(box, body.token)('GET', VARIABLES)).status).toBe(200);
  });

  it('of one that has ended ends its whole family', async () => {
    const { box, api } = await fixed();
    const { body: old } = await api('POST', TOKENS, given);
    const { body: fresh } = await api('POST', `${TOKENS}/${old.id}/rotate`);
    const { body: other } = await api('POST', TOKENS, given);
    expect((await api('POST', `${TOKENS}/${old.id}/rotate`)).status).toBe(400);
    expect((await gitlab(box, fresh.token)('GET', SELF)).status).toBe(401);
    expect((await gitlab(box, other.token)('GET', SELF)).status).toBe(200);
  });

  it('is what a token may do to itself with the scope for it', async () => {
    const { box, api } = await fixed();
    const scopes = ['read_api', 'self_rotate'];
    const { body: old } = await api('POST', TOKENS, { ...given, scopes });
    const rotate = (token: string) => gitlab(box, token)('POST', `${SELF}/rotate`);
    const fresh = await rotate(old.token);
    expect([fresh.status, fresh.body.scopes]).toEqual([200, scopes]);
    expect((await rotate(old.token)).status).toBe(401);
    expect((await gitlab(box, fresh.body.token)('GET', SELF)).status).toBe(401);
    const { body: without } = await api('POST', TOKENS, { ...given, scopes: ['read_api'] });
    expect((await rotate(without.token)).status).toBe(403);
  });
});

describe('access tokens of a GitLab group', () => {
  const GROUP = '/groups/acme/access_tokens';

  it('take an owner, and open the projects in it', async () => {
    const { box, api } = await fixed();
    const { status, body } = await api('POST', GROUP, { ...given, access_level: 50 });
    expect([status, body.resource_type, body.resource_id]).toEqual([201, 'group', 93]);
    const own = gitlab(box, body.token);
    expect((await own('GET', VARIABLES)).status).toBe(200);
    expect((await own('GET', '/groups/acme/variables')).status).toBe(200);
    expect(box.state().gitlab?.groups?.['acme']?.accessTokens).toHaveLength(1);
    const { api: maintainer } = await gitlabWith({
      'acme/infra': {},
      tokens: [{ token: 't', roles: { acme: 'maintainer' } }],
    });
    expect((await maintainer('GET', GROUP)).status).toBe(401);
    expect((await maintainer('POST', GROUP, given)).status).toBe(400);
  });
});

describe('personal access tokens of GitLab', () => {
  const PERSONAL = '/personal_access_tokens';

  it('are made by administrators, and listed with those of bots', async () => {
    const { box, api } = await fixed();
    const { status, body } = await api('POST', '/users/1/personal_access_tokens', given);
    expect([status, body.user_id, 'access_level' in body]).toEqual([201, 1, false]);
    const own = gitlab(box, body.token);
    expect((await own('GET', VARIABLES)).status).toBe(200);
    const ids = (await api('GET', PERSONAL)).body.map(({ id }: { id: number }) => id);
    expect(ids).toEqual(expect.arrayContaining([1, 812, body.id]));
    expect((await api('DELETE', `${PERSONAL}/${body.id}`)).status).toBe(204);
    expect((await own('GET', SELF)).status).toBe(401);
    expect((await api('GET', `${PERSONAL}/99`)).status).toBe(404);
    expect((await api('POST', '/users/7/personal_access_tokens', given)).status).toBe(404);
  });

  it('end themselves', async () => {
    const { box, api } = await fixed();
    expect((await api('DELETE', SELF)).status).toBe(204);
    expect((await api('GET', SELF)).status).toBe(401);
    expect(box.state().gitlab?.tokens?.[0]).toMatchObject({ revoked: true });
  });

  it('of others are unknown to those who are not administrators', async () => {
    const { api, box } = await gitlabWith({
      tokens: [{ token: 't' }, { token: 'u', userId: 2, id: 9 }],
    });
    expect((await api('GET', PERSONAL)).body).toHaveLength(1);
    expect((await api('GET', `${PERSONAL}/9`)).status).toBe(401);
    expect((await api('GET', `${PERSONAL}?user_id=2`)).status).toBe(401);
    expect((await api('POST', '/users/2/personal_access_tokens', given)).status).toBe(403);
    const other = gitlab(box, 'u');
    const { body } = await other('POST', `${SELF}/rotate`);
    expect(body).toMatchObject({ user_id: 2 });
    expect((await gitlab(box, body.token)('GET', `${PERSONAL}/9`)).body.revoked).toBe(true);
  });
});

describe('the tokens of GitLab in the sandbox', () => {
  it('are part of a world that can be opened again', async () => {
    const { box, api } = await fixed();
    const { body } = await api('POST', TOKENS, given);
    await api('POST', '/users/1/personal_access_tokens', given);
    await api('POST', `${TOKENS}/${body.id}/rotate`);
    const world = box.state();
    expect((await control(box)('POST', '/seed', world)).status).toBe(204);
    expect(box.state()).toEqual(world);
  });

  it('can be found late, where reads lag', async () => {
    const { clock, box, api } = await fixed();
    await control(box)('PUT', '/clocks', { gitlab: { readLagMs: 10 } });
    const { body } = await api('POST', TOKENS, given);
    const found = async () => [
      (await api('GET', `${TOKENS}/${body.id}`)).status,
      (await api('GET', `${TOKENS}?search=ci&per_page=100`)).body.length,
    ];
    expect(await found()).toEqual([404, 1]);
    clock.advance(10);
    expect(await found()).toEqual([200, 2]);
    expect((await gitlab(box, body.token)('GET', SELF)).status).toBe(200);
  });

  it('can be revoked by others', async () => {
    const { box } = await fixed();
    const revoke = { provider: 'gitlab', op: 'revoke', id: '812' };
    expect((await control(box)('POST', '/admin', revoke)).status).toBe(200);
    expect(tokensOf(box)[0]).toMatchObject({ revoked: true });
    expect((await control(box)('POST', '/admin', revoke)).status).toBe(404);
  });

  it('are used by jobs', async () => {
    const { box, api } = await fixed();
    const { body } = await api('POST', TOKENS, given);
    await api('POST', VARIABLES, { key: 'INFRA_TOKEN', value: body.token });
    const run = async (more: object = {}) =>
      (
        await control(box)('POST', '/ci-job', {
          sink: 'gitlab:acme/infra',
          use: 'gitlab-token',
          names: { token: 'INFRA_TOKEN' },
          ...more,
        })
      ).body;
    const tokenId = String(body.id);
    expect(await run()).toEqual({ ok: true, status: 200, tokenId });
    expect((await run({ path: '/api/v4/groups/acme/variables' })).status).toBe(404);
    await api('DELETE', `${TOKENS}/${body.id}`);
    expect(await run()).toEqual({ ok: false, status: 401, tokenId });
    expect(await run({ names: {} })).toEqual({ ok: false, status: null, tokenId: null });
  });
});
