import { describe, expect, it } from 'vitest';

import { gitlab, gitlabWith } from './gitlab.ts';
import { client, sandbox } from './support.ts';

const world = {
  'acme/infra': { topics: ['terraform'] },
  'acme/old': { archived: true },
  'acme/team/api': { topics: ['service', 'go'] },
  'acme/team/web': { topics: ['service'], visibility: 'public' },
  'other/thing': {},
} as const;
const paths = (body: { path_with_namespace: string }[]): string[] =>
  body.map(({ path_with_namespace: path }) => path);

describe('a project', () => {
  it('is found by its id and by its path, whatever the case', async () => {
    const box = await sandbox();
    const api = gitlab(box);
    const { body } = await api('GET', '/projects/acme%2Finfra');
    expect(body).toMatchObject({
      path_with_namespace: 'acme/infra',
      archived: false,
      visibility: 'private',
      namespace: { full_path: 'acme' },
    });
    expect((await api('GET', `/projects/${body.id}`)).body).toEqual(body);
    expect((await api('GET', '/projects/Acme%2FInfra')).body).toEqual(body);
    expect((await api('GET', `/projects/${body.id}/variables`)).status).toBe(200);
    expect((await api('GET', '/projects/acme/infra')).status).toBe(404);
  });

  it('is found below the path of an installation too', async () => {
    const box = await sandbox();
    const api = client(`${box.urls.gitlab}/gitlab/api/v4`, `Bearer ${box.env['GITLAB_TOKEN']}`);
    expect((await api('GET', '/projects/acme%2Finfra')).status).toBe(200);
    expect((await client(box.urls.gitlab ?? '')('GET', '/projects')).body).toEqual({
      error: '404 Not Found',
    });
  });

  it('that is archived keeps its variables to itself', async () => {
    const { api } = await gitlabWith(world);
    expect((await api('GET', '/projects/acme%2Fold')).body.archived).toBe(true);
    const { status, body } = await api('GET', '/projects/acme%2Fold/variables');
    expect([status, body]).toEqual([403, { message: '403 Forbidden' }]);
  });

  it('that was moved leads reads on and refuses writes', async () => {
    const { api } = await gitlabWith({
      'acme/infra': {
        formerPaths: ['acme/before'],
        variables: [{ key: 'A', value: 'x' }],
      },
    });
    expect((await api('GET', '/projects/acme%2Fbefore/variables/A')).body.value).toBe('x');
    const { status, body } = await api('PUT', '/projects/acme%2Fbefore/variables/A', {
      value: 'y',
    });
    expect([status, body]).toEqual([
      405,
      { message: 'Non GET methods are not allowed for moved projects' },
    ]);
  });
});

describe('the projects of a group', () => {
  it.each([
    ['', ['acme/infra', 'acme/old']],
    ['?include_subgroups=true', ['acme/infra', 'acme/old', 'acme/team/api', 'acme/team/web']],
    ['?include_subgroups=true&archived=false', ['acme/infra', 'acme/team/api', 'acme/team/web']],
    ['?include_subgroups=true&topic=service,go', ['acme/team/api']],
    ['?include_subgroups=true&search=W', ['acme/team/web']],
    ['?include_subgroups=true&per_page=1&page=3', ['acme/team/api']],
  ])('are listed with "%s"', async (query, expected) => {
    const { api } = await gitlabWith(world);
    expect(paths((await api('GET', `/groups/acme/projects${query}`)).body)).toEqual(expected);
  });

  it('are those that the token may see', async () => {
    const { api } = await gitlabWith({
      ...world,
      tokens: [{ token: 't', roles: { acme: 'guest', 'acme/team': 'owner' } }],
    });
    expect(paths((await api('GET', '/projects')).body)).toHaveLength(4);
    const team = await api('GET', '/groups/acme%2Fteam/projects');
    expect(paths(team.body)).toEqual(['acme/team/api', 'acme/team/web']);
  });
});

describe('the list of all projects', () => {
  it('can be walked by keys', async () => {
    const { api, box } = await gitlabWith(world);
    const seen: string[] = [];
    let next: string | undefined =
      `${box.urls.gitlab}/api/v4/projects?pagination=keyset&order_by=id&sort=asc&per_page=2`;
    for (let pages = 0; next !== undefined && pages < 9; pages++) {
      const reply = await api('GET', next.slice(`${box.urls.gitlab}/api/v4`.length));
      seen.push(...paths(reply.body));
      expect(reply.headers.get('x-total')).toBeNull();
      next = /<([^>]+)>; rel="next"/.exec(reply.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(Object.keys(world));
    expect((await api('GET', '/projects?pagination=keyset')).status).toBe(405);
  });
});

describe('the groups', () => {
  it('are listed over pages: all, those directly in a group, and those at any depth', async () => {
    const { api } = await gitlabWith({ ...world, 'acme/team/deep/thing': {} });
    const full = ({ body }: { body: { full_path: string }[] }) =>
      body.map(({ full_path: path }) => path).toSorted();
    const all = ['acme', 'acme/team', 'acme/team/deep', 'other'];
    expect(full((await api('GET', '/groups')) as never)).toEqual(all);
    expect(full((await api('GET', '/groups/acme/subgroups')) as never)).toEqual(['acme/team']);
    expect(full((await api('GET', '/groups/acme/descendant_groups')) as never)).toEqual(
      all.slice(1, 3),
    );
    const page = await api('GET', '/groups?per_page=3&page=2');
    expect(page.body).toHaveLength(1);
    expect((await api('GET', '/groups/nobody/descendant_groups')).status).toBe(404);
  });

  it('and projects are listed for those whose role is high enough', async () => {
    const { api } = await gitlabWith({
      ...world,
      tokens: [{ token: 'glpat-x', roles: { 'acme/team': 'developer', other: 'maintainer' } }],
    });
    const { body } = await api('GET', '/projects?min_access_level=40');
    expect(paths(body as never)).toEqual(['other/thing']);
    const groups = (await api('GET', '/groups')).body as { full_path: string }[];
    expect(groups.map(({ full_path: path }) => path)).toEqual(['acme/team', 'other']);
  });
});
