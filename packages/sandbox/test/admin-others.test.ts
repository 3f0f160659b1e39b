import { describe, expect, it } from 'vitest';

import type { Sandbox } from '../src/index.ts';
import { circleci, contextId } from './circleci.ts';
import { filter, gitlab, gitlabWith } from './gitlab.ts';
import { control, github, planetscale, sandbox } from './support.ts';

const VARIABLES = '/projects/acme%2Finfra/variables';

async function change(box: Sandbox, ...changes: object[]) {
  const { status, body } = await control(box)('POST', '/admin', changes);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.changes as Record<string, string>[];
}

const project = (op: string, path: string, to?: string) => ({
  provider: 'gitlab',
  op,
  project: path,
  to,
});

describe('what clients look at first', () => {
  it('is answered: organizations and versions', async () => {
    const box = await sandbox();
    const { body: organizations } = await github(box)('GET', '/user/orgs');
    expect(organizations).toMatchObject([{ login: 'acme' }]);
    const { body: metadata } = await gitlab(box)('GET', '/metadata');
    expect(metadata).toMatchObject({ version: '19.5.0', enterprise: true });
    const { body: collaborations } = await circleci(box)('GET', '/me/collaborations');
    const { body: web } = await circleci(box)('GET', '/project/gh/acme/web');
    expect(collaborations).toMatchObject([
      { id: web.organization_id, slug: 'gh/acme', name: 'acme', 'vcs-type': 'github' },
    ]);
  });
});

describe('a project of GitLab', () => {
  it('is the same by its path in any case and by its number', async () => {
    const api = gitlab(await sandbox());
    const { body: one } = await api('GET', '/projects/acme%2Finfra');
    expect(one).toMatchObject({ id: 4217, path_with_namespace: 'acme/infra', archived: false });
    for (const name of ['Acme%2FINFRA', '4217'])
      expect((await api('GET', `/projects/${name}`)).body).toEqual(one);
    const { body: group } = await api('GET', '/groups/ACME');
    expect((await api('GET', '/groups/93')).body).toEqual(group);
    expect([group.id, group.full_path]).toEqual([93, 'acme']);
  });

  it('shows which access comes from itself and which from its group', async () => {
    const access = (level: number) => ({ access_level: level, notification_level: 3 });
    const { api } = await gitlabWith({
      'acme/infra': {},
      'acme/web': {},
      tokens: [{ token: 't', roles: { 'acme/infra': 'maintainer', acme: 'developer' } }],
    });
    expect((await api('GET', '/projects/acme%2Finfra')).body.permissions).toEqual({
      project_access: access(40),
      group_access: access(30),
    });
    expect((await api('GET', '/projects/acme%2Fweb')).body.permissions.project_access).toBeNull();
  });

  it('refuses writes while it is archived', async () => {
    const box = await sandbox();
    await change(box, project('archive', 'acme/infra'));
    expect((await gitlab(box)('GET', '/projects/4217')).body.archived).toBe(true);
    const write = () => gitlab(box)('POST', VARIABLES, { key: 'A', value: 'x' });
    expect((await write()).status).toBe(403);
    await change(box, project('unarchive', 'acme/infra'));
    expect((await write()).status).toBe(201);
  });

  it('that was moved keeps its number, redirects reads and refuses writes', async () => {
    const box = await sandbox();
    await change(box, project('rename', 'acme/infra', 'other/team/base'));
    const headers = { 'private-token': box.env['GITLAB_TOKEN'] ?? '' };
    const url = `${box.urls.gitlab}/api/v4`;
    const read = await fetch(`${url}${VARIABLES}?a=b`, { headers, redirect: 'manual' });
    expect([read.status, read.headers.get('location')]).toEqual([
      301,
      `${url}/projects/4217/variables?a=b`,
    ]);
    expect((await gitlab(box)('PUT', `${VARIABLES}/REGION`, { value: 'x' })).status).toBe(405);
    const { body } = await gitlab(box)('GET', '/projects/4217');
    expect(body.path_with_namespace).toBe('other/team/base');
    expect((await gitlab(box)('GET', '/groups/other%2Fteam')).status).toBe(200);
    const world = box.state();
    expect((await sandbox({ world })).state()).toEqual(world);
  });

  it('loses its old path to another project that takes it', async () => {
    const box = await sandbox();
    await change(box, project('rename', 'acme/infra', 'base'), project('create', 'acme/infra'));
    expect(box.state().gitlab?.['acme/base']?.formerPaths).toEqual([]);
    expect((await gitlab(box)('GET', VARIABLES)).body).toEqual([]);
  });

  it('is another one when it was deleted and created again', async () => {
    const box = await sandbox();
    await change(box, project('delete', 'acme/infra'), project('create', 'acme/infra'));
    const { body } = await gitlab(box)('GET', '/projects/acme%2Finfra');
    expect(body.id).not.toBe(4217);
    expect((await gitlab(box)('GET', VARIABLES)).body).toEqual([]);
  });

  it('wants to know which of several scopes is meant', async () => {
    const api = gitlab(await sandbox());
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(
        (await api(method, `${VARIABLES}/REGION`, method === 'PUT' ? {} : undefined)).status,
      ).toBe(409);
    expect((await api('GET', `${VARIABLES}/REGION?${filter('*')}`)).status).toBe(200);
  });
});

describe('a group of GitLab without the licence for scopes', () => {
  const GROUP = '/groups/acme/variables';

  it('stores everything for all environments, and ignores filters', async () => {
    const box = await sandbox();
    const api = gitlab(box);
    const licence = { provider: 'gitlab', op: 'licence', group: 'acme', scopes: false };
    await change(box, licence);
    const body = { key: 'A', value: 'x', environment_scope: 'production' };
    const made = await api('POST', GROUP, body);
    expect([made.status, made.body.environment_scope]).toEqual([201, '*']);
    const put = await api('PUT', `${GROUP}/A?${filter('staging')}`, { value: 'y' });
    expect([put.status, put.body.value]).toEqual([200, 'y']);
    expect((await api('GET', `${GROUP}/A?${filter('staging')}`)).body.value).toBe('y');
    await change(box, { ...licence, scopes: true });
    expect((await api('GET', `${GROUP}/A?${filter('staging')}`)).status).toBe(404);
  });

  it('has groups without it too', async () => {
    const { api } = await gitlabWith({ groups: { acme: { scopes: false }, 'acme/team': {} } });
    const body = { key: 'A', value: 'x', environment_scope: 'production' };
    const made = await api('POST', '/groups/acme%2Fteam/variables', body);
    expect(made.body.environment_scope).toBe('*');
  });
});

describe('contexts of CircleCI', () => {
  it('have names of their own within an organization only, and are found by their ids', async () => {
    const box = await sandbox({
      world: { circleci: { contexts: { 'gh/acme/deploy': {}, 'gh/other/deploy': {} } } },
    });
    const taken = { provider: 'circleci', op: 'create', context: 'gh/acme/deploy' };
    expect((await control(box)('POST', '/admin', taken)).status).toBe(400);
    const ids = Object.values(box.state().circleci?.contextDetails ?? {}).map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('show by their id whose they are, what they hold and who may use them', async () => {
    const api = circleci(await sandbox());
    const id = await contextId(api, 'deploy');
    const { body } = await api('GET', `/context/${id}`);
    const { body: web } = await api('GET', '/project/gh/acme/web');
    expect(body).toMatchObject({
      id,
      name: 'deploy',
      org_id: web.organization_id,
      environment_variables: { length: 3 },
      restrictions: [{ project_id: web.id }],
    });
    expect(body.environment_variables[0]).toHaveProperty('truncated_value');
  });

  it('have another id when they were deleted and created again', async () => {
    const box = await sandbox();
    const before = await contextId(circleci(box), 'deploy');
    const context = { provider: 'circleci', context: 'gh/acme/deploy' };
    await change(box, { ...context, op: 'delete' }, { ...context, op: 'create' });
    expect((await circleci(box)('GET', `/context/${before}`)).status).toBe(404);
    expect(await contextId(circleci(box), 'deploy')).not.toBe(before);
  });
});

describe('a project of CircleCI', () => {
  it('keeps its id when it is renamed, and not when it is made again', async () => {
    const box = await sandbox();
    const api = circleci(box);
    const { body: before } = await api('GET', '/project/gh/acme/web');
    const web = { provider: 'circleci', project: 'gh/acme/web' };
    await change(box, { ...web, op: 'rename', to: 'gh/acme/site' }, { ...web, op: 'create' });
    expect((await api('GET', '/project/gh/acme/site')).body.id).toBe(before.id);
    expect((await api('GET', '/project/gh/acme/web')).body.id).not.toBe(before.id);
  });
});

describe('writes of somebody else', () => {
  const rowOf = (box: Sandbox, key: string, scope: string) =>
    box
      .state()
      .gitlab?.['acme/infra']?.variables?.find(
        (one) => one.key === key && one.environment_scope === scope,
      );

  it('change a row of a GitLab project and nothing else of it', async () => {
    const box = await sandbox();
    const key = 'PLANETSCALE_SERVICE_TOKEN';
    const [before, neighbour] = [rowOf(box, key, 'production'), rowOf(box, key, '*')];
    const sink = 'gitlab:acme/infra?scope=production';
    await change(box, { op: 'write', sink, name: key, value: 'foreign' });
    expect(rowOf(box, key, 'production')).toEqual({ ...before, value: 'foreign' });
    expect(rowOf(box, key, '*')).toEqual(neighbour);
    await change(box, { op: 'remove', sink, name: key });
    expect(rowOf(box, key, 'production')).toBeUndefined();
  });

  it.each([
    ['gitlab:acme?level=group', ['gitlab', 'groups', 'acme', 'variables', '1']],
    ['gitlab:?level=instance', ['gitlab', 'instance', 'variables', '1']],
  ])('add a row to %s', async (sink, path) => {
    const box = await sandbox();
    await change(box, { op: 'write', sink, name: 'A', value: 'foreign' });
    expect(box.state()).toHaveProperty([...path, 'value'], 'foreign');
  });

  it.each([
    ['circleci:gh/acme/web', ['projects', 'gh/acme/web', 'A']],
    ['circleci:github/acme?context=deploy', ['contexts', 'gh/acme/deploy', 'A']],
  ])('change and remove what %s holds', async (sink, path) => {
    const box = await sandbox();
    await change(box, { op: 'write', sink, name: 'A', value: 'foreign' });
    expect(box.state().circleci).toHaveProperty([...path, 'value'], 'foreign');
    await change(box, { op: 'remove', sink, name: 'A' });
    expect(box.state().circleci).not.toHaveProperty(path);
  });
});

describe('tokens of PlanetScale', () => {
  it('are revoked and created by somebody else', async () => {
    const box = await sandbox();
    const revoke = { provider: 'planetscale', op: 'revoke', id: 'cigithub4w8d' };
    await change(box, revoke);
    const job = await control(box)('POST', '/ci-job', { sink: 'github:acme/web' });
    expect(job.body).toEqual({ ok: false, status: 401, tokenId: 'cigithub4w8d' });
    expect((await control(box)('POST', '/admin', revoke)).status).toBe(404);
    const [made] = await change(box, {
      provider: 'planetscale',
      op: 'create',
      name: 'by hand',
      accesses: ['read_organization'],
    });
    const tokens = box.state().planetscale?.orgs?.['acme']?.tokens;
    expect(tokens?.at(-1)).toMatchObject({ id: made?.['id'], name: 'by hand' });
  });

  it('belong to an organization that shows its id', async () => {
    const { status, body } = await planetscale(await sandbox())('GET', '/organizations/acme');
    expect([status, body.name, body.id]).toEqual([200, 'acme', expect.stringMatching(/^\w{12}$/)]);
  });
});
