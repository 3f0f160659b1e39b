import { describe, expect, it } from 'vitest';

import { gitlab, gitlabWith } from './gitlab.ts';
import { control } from './support.ts';

const token = (id: number, userId: number) => ({ id, userId, token: `glpat-${id}`, name: 'ci' });

const world = {
  'acme/infra': {
    id: 1,
    accessTokens: [token(11, 501)],
    protectedBranches: [{ name: 'main', push: [{ userId: 501 }], merge: [{ accessLevel: 30 }] }],
  },
  'acme/other': { id: 2, members: [{ userId: 501, accessLevel: 40 }] },
  groups: { acme: { id: 3, members: [{ userId: 7, accessLevel: 50 }] } },
};

type Row = Readonly<Record<string, unknown>>;

describe('the members of GitLab', () => {
  it('are bots of tokens, and others', async () => {
    const { api } = await gitlabWith(world);
    const ids = async (path: string) => (await api('GET', path)).body.map(({ id }: Row) => id);
    expect(await ids('/projects/1/members')).toEqual([501]);
    expect(await ids('/projects/1/members/all')).toEqual([501, 7]);
    expect(await ids('/projects/2/members')).toEqual([501]);
    expect(await ids('/groups/3/members')).toEqual([7]);
    expect((await api('GET', '/projects/1/members/501')).body).toMatchObject({
      username: expect.stringMatching(/^project_1_bot_/) as string,
      access_level: 40,
    });
    expect((await api('GET', '/projects/1/members/7')).status).toBe(404);
    expect((await api('GET', '/projects/1/members/all/7')).status).toBe(200);
  });

  it('include a bot only while its token lives', async () => {
    const { box, api } = await gitlabWith(world);
    await api('DELETE', '/projects/1/access_tokens/11');
    expect((await api('GET', '/projects/1/members')).body).toEqual([]);
    expect((await gitlab(box, 'glpat-11')('GET', '/projects/2')).status).toBe(401);
  });

  it('are what a new bot is not, until it is added', async () => {
    const { box, api } = await gitlabWith(world);
    const variables = '/projects/2/variables';
    expect((await gitlab(box, 'glpat-11')('GET', variables)).status).toBe(200);
    const given = { name: 'new', scopes: ['api'] };
    const { body: made } = await api('POST', '/projects/1/access_tokens', given);
    const fresh = gitlab(box, made.token);
    expect((await fresh('GET', variables)).status).toBe(404);
    const member = { user_id: made.user_id, access_level: 40 };
    expect((await fresh('POST', '/projects/2/members', member)).status).toBe(404);
    expect((await api('POST', '/projects/2/members', member)).status).toBe(201);
    expect((await api('POST', '/projects/2/members', member)).status).toBe(409);
    expect((await fresh('GET', variables)).status).toBe(200);
    expect((await api('DELETE', `/projects/2/members/${made.user_id}`)).status).toBe(204);
    expect((await api('DELETE', `/projects/2/members/${made.user_id}`)).status).toBe(404);
    expect((await fresh('GET', variables)).status).toBe(404);
    for (const [body, status] of [
      [{ user_id: 9999, access_level: 40 }, 404],
      [{ user_id: 7, access_level: 41 }, 400],
      [{ user_id: 7 }, 400],
    ] as const)
      expect((await api('POST', '/projects/2/members', body)).status).toBe(status);
  });

  it('are listed for a user by administrators alone', async () => {
    const { box, api } = await gitlabWith(world);
    const { body } = await api('GET', '/users/501/memberships');
    expect(body.map(({ source_id: id, source_type: type }: Row) => [id, type])).toEqual([
      [1, 'Project'],
      [2, 'Project'],
    ]);
    expect((await gitlab(box, 'glpat-11')('GET', '/users/501/memberships')).status).toBe(403);
  });

  it('may be named by a protected branch', async () => {
    const { api } = await gitlabWith(world);
    const { body } = await api('GET', '/projects/1/protected_branches');
    expect(body).toMatchObject([
      {
        name: 'main',
        push_access_levels: [{ user_id: 501 }],
        merge_access_levels: [{ access_level: 30, user_id: null }],
      },
    ]);
    expect((await api('GET', '/projects/1/protected_branches/main')).body).toEqual(body[0]);
    expect((await api('GET', '/projects/1/protected_branches/none')).status).toBe(404);
    expect((await api('GET', '/projects/2/protected_branches')).body).toEqual([]);
  });

  it('are part of a world that can be opened again', async () => {
    const { box } = await gitlabWith(world);
    const before = box.state();
    expect((await control(box)('POST', '/seed', before)).status).toBe(204);
    expect(box.state()).toEqual(before);
  });
});
