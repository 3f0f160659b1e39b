import { describe, expect, it } from 'vitest';

import type { GitHubTokenWorld, GitHubWorld, Sandbox } from '../src/index.ts';
import { createApp } from './apps.ts';
import { client, control, createClock, github, putSecret, sandbox, seal } from './support.ts';

const SECRETS = '/repos/acme/web/actions/secrets';
const ENVIRONMENT = '/repos/acme/api/environments/production';

async function change(box: Sandbox, ...changes: object[]) {
  const { status, body } = await control(box)('POST', '/admin', changes);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body.changes as Record<string, unknown>[];
}

const repo = (op: string, name: string, to?: string) => ({
  provider: 'github',
  op,
  repo: name,
  to,
});

/** Requests that do not follow redirects. */
async function ask(box: Sandbox, method: string, path: string) {
  const response = await fetch(`${box.urls.github}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `token ${box.env['GITHUB_TOKEN']}` },
  });
  const location = response.headers.get('location')?.replace(box.urls.github, '');
  return [response.status, location];
}

const open = (token: Omit<GitHubTokenWorld, 'token'>, more: GitHubWorld = {}) =>
  sandbox({
    world: {
      github: {
        'acme/web': { actions: { A: { value: 'x' } } },
        'acme/docs': { private: false },
        organizations: { acme: {}, other: {} },
        tokens: [{ token: 't', ...token }],
        ...more,
      },
    },
  });

describe('an archived repository', () => {
  it('answers reads and refuses writes', async () => {
    const box = await sandbox();
    const api = github(box);
    await change(box, repo('archive', 'acme/web'));
    expect((await api('GET', '/repos/acme/web')).body.archived).toBe(true);
    expect((await api('GET', `${SECRETS}/DEPLOY_KEY`)).status).toBe(200);
    const refused = [
      await putSecret(api, SECRETS, 'A', 'x'),
      await api('DELETE', `${SECRETS}/DEPLOY_KEY`),
      await api('PATCH', '/repos/acme/web/actions/variables/REGION', { value: 'x' }),
    ];
    for (const { status, body } of refused)
      expect([status, body.message]).toEqual([403, 'Repository was archived so is read-only.']);
    await change(box, repo('unarchive', 'acme/web'));
    expect((await putSecret(api, SECRETS, 'A', 'x')).status).toBe(201);
  });

  it('that is disabled shows nothing but that', async () => {
    const box = await sandbox();
    await change(box, repo('disable', 'acme/web'));
    expect((await github(box)('GET', '/repos/acme/web')).body.disabled).toBe(true);
    const { status, body } = await github(box)('GET', SECRETS);
    expect([status, body.message]).toEqual([403, 'Repository access blocked']);
  });
});

describe('a renamed repository', () => {
  it('keeps its id and what it holds, and redirects from its old name', async () => {
    const box = await sandbox();
    const { body: before } = await github(box)('GET', '/repos/acme/web');
    await change(box, repo('rename', 'acme/web', 'site'));
    const at = `/repositories/${before.id}`;
    expect(await ask(box, 'GET', '/repos/Acme/Web')).toEqual([301, at]);
    expect(await ask(box, 'GET', `${SECRETS}?per_page=1`)).toEqual([
      301,
      `${at}/actions/secrets?per_page=1`,
    ]);
    expect(await ask(box, 'PUT', `${SECRETS}/A`)).toEqual([307, `${at}/actions/secrets/A`]);
    expect(await ask(box, 'DELETE', `/api/v3${SECRETS}/A`)).toEqual([
      307,
      `/api/v3${at}/actions/secrets/A`,
    ]);
    const { body } = await github(box)('GET', '/repos/acme/web');
    expect([body.id, body.full_name]).toEqual([before.id, 'acme/site']);
    const { body: missing } = await github(box)('GET', '/repos/acme/none');
    expect(missing.message).toBe('Not Found');
  });

  it('has all that it had below its id', async () => {
    const box = await sandbox();
    const api = github(box);
    const { body: found } = await api('GET', '/repos/acme/api');
    const at = `/repositories/${found.id}`;
    const production = `${at}/environments/production`;
    expect((await putSecret(api, `${at}/actions/secrets`, 'A', 'x')).status).toBe(201);
    expect((await putSecret(api, `${production}/secrets`, 'B', 'x')).status).toBe(201);
    expect((await api('POST', `${production}/variables`, { name: 'C', value: 'x' })).status).toBe(
      201,
    );
    expect((await api('GET', production)).body.id).toBe((await api('GET', ENVIRONMENT)).body.id);
    expect((await api('GET', `${at}/actions/variables`)).body.total_count).toBe(0);
    expect((await api('GET', '/repositories/1')).status).toBe(404);
    expect(box.state().github?.['acme/api']).toMatchObject({
      actions: { A: { value: 'x' } },
      environments: { production: { B: { value: 'x' } } },
      environmentVariables: { production: { C: { value: 'x' } } },
    });
  });

  it('loses its old name to another repository that takes it', async () => {
    const box = await sandbox();
    await change(box, repo('rename', 'acme/web', 'site'), repo('create', 'acme/web'));
    const { body } = await github(box)('GET', '/repos/acme/web');
    expect(body.full_name).toBe('acme/web');
    expect(box.state().github?.['acme/site']).not.toHaveProperty('formerNames');
  });

  it('goes to another account with its id, and with the tokens that are limited to it', async () => {
    const limited = { kind: 'fine-grained', permissions: { secrets: 'write' } } as const;
    const box = await open({ ...limited, repositories: ['acme/web'] });
    const [moved] = await change(box, repo('transfer', 'acme/web', 'other'));
    const api = github(box, 't');
    const { body } = await api('GET', '/repos/acme/web');
    expect([body.id, body.full_name]).toEqual([moved?.['id'], 'other/web']);
    expect((await putSecret(api, '/repos/other/web/actions/secrets', 'A', 'y')).status).toBe(204);
  });

  it('is the same after its world was opened again', async () => {
    const box = await sandbox();
    await change(box, repo('rename', 'acme/web', 'site'));
    const world = box.state();
    const second = await sandbox({ world });
    expect(second.state()).toEqual(world);
    expect((await ask(second, 'GET', '/repos/acme/web'))[0]).toBe(301);
  });
});

describe('a repository that was deleted', () => {
  it('is another one when it is created again: another id, another key, no secrets', async () => {
    const box = await sandbox();
    const api = github(box);
    const { body: before } = await api('GET', '/repos/acme/web');
    const { body: key } = await api('GET', `${SECRETS}/public-key`);
    const sealed = await seal(key, 'x');
    await change(box, repo('delete', 'acme/web'));
    expect((await api('GET', '/repos/acme/web')).status).toBe(404);
    expect((await api('GET', `/repositories/${before.id}`)).status).toBe(404);
    await change(box, repo('create', 'acme/web'));
    const { body: after } = await api('GET', '/repos/acme/web');
    const { body: newKey } = await api('GET', `${SECRETS}/public-key`);
    expect(after.id).not.toBe(before.id);
    expect(newKey.key).not.toBe(key.key);
    expect((await api('GET', SECRETS)).body.total_count).toBe(0);
    expect((await api('PUT', `${SECRETS}/A`, sealed)).status).toBe(422);
  });

  it('takes along the tokens that were limited to it', async () => {
    const limited = { kind: 'fine-grained', permissions: { secrets: 'write' } } as const;
    const box = await open({ ...limited, repositories: ['acme/web'] });
    await change(box, repo('delete', 'acme/web'), repo('create', 'acme/web'));
    expect((await github(box, 't')('GET', SECRETS)).status).toBe(404);
  });

  it('never gets an id that the world has given away', async () => {
    const box = await open({ kind: 'classic', scopes: ['repo'] }, { 'acme/web': { id: 1001 } });
    const [made] = await change(box, repo('create', 'acme/new'));
    const { organizations = {}, 'acme/docs': docs } = box.state().github ?? {};
    const owners = Object.values(organizations).map(({ id }) => id);
    expect(new Set([1001, made?.['id'], docs?.id, ...owners]).size).toBe(5);
  });
});

describe('what a repository shows', () => {
  it.each([
    ['read', { admin: false, push: false, pull: true }, 403],
    ['write', { admin: false, push: true, pull: true }, 201],
    ['admin', { admin: true, push: true, pull: true }, 201],
  ] as const)('is what its owner may do there, as %s', async (role, permissions, status) => {
    const box = await open({ kind: 'classic', scopes: ['repo'], roles: { 'acme/docs': role } });
    const api = github(box, 't');
    expect((await api('GET', '/repos/acme/docs')).body.permissions).toMatchObject(permissions);
    const path = '/repos/acme/docs/actions/variables';
    expect((await api('POST', path, { name: 'A', value: 'x' })).status).toBe(status);
  });

  it('is the same environment whatever the case of its name', async () => {
    const api = github(await sandbox());
    const { body: one } = await api('GET', ENVIRONMENT);
    const { body: other } = await api('GET', '/repos/acme/api/environments/PRODUCTION');
    expect([other.id, other.name]).toEqual([one.id, 'production']);
    expect((await api('PUT', '/repos/acme/api/environments/Production')).body.id).toBe(one.id);
    expect((await api('GET', '/repos/acme/api/environments')).body.total_count).toBe(1);
  });

  it('has an id of its organization that stays', async () => {
    const box = await sandbox();
    const { body: organization } = await github(box)('GET', '/orgs/ACME');
    const { body } = await github(box)('GET', '/repos/acme/web');
    expect(body.owner.id).toBe(organization.id);
  });
});

describe('an installation that may only read secrets', () => {
  it('says so with its token, and is refused writes with what they need', async () => {
    const app = createApp();
    const clock = createClock();
    const permissions = { secrets: 'read' } as const;
    const installations = [{ id: 11, account: 'acme', permissions }];
    const world = {
      github: {
        'acme/web': { actions: { A: { value: 'x' } } },
        organizations: { acme: {} },
        apps: [{ id: 7, publicKey: app.publicKey, installations }],
      },
    };
    const box = await sandbox({ clock: clock.now, world });
    const asApp = client(box.urls.github, app.bearer(clock.now()));
    const { body } = await asApp('POST', '/app/installations/11/access_tokens');
    expect(body.permissions).toEqual(permissions);
    const api = github(box, body.token);
    expect((await api('GET', `${SECRETS}/A`)).status).toBe(200);
    const refused = await putSecret(api, SECRETS, 'A', 'y');
    expect([refused.status, refused.body.message]).toEqual([
      403,
      'Resource not accessible by integration',
    ]);
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('secrets=write');
    expect((await api('GET', '/repos/acme/web')).body.permissions.push).toBe(false);
  });
});

describe('writes of somebody else at GitHub', () => {
  it.each([
    ['github:acme/web', { name: 'deploy_key' }, ['acme/web', 'actions', 'DEPLOY_KEY']],
    ['github:acme/web?app=dependabot', { name: 'A' }, ['acme/web', 'dependabot', 'A']],
    ['github:acme/web', { name: 'REGION', kind: 'variable' }, ['acme/web', 'variables', 'REGION']],
    [
      'github:acme/api?environment=Production',
      { name: 'DEPLOY_KEY' },
      ['acme/api', 'environments', 'production', 'DEPLOY_KEY'],
    ],
    ['github:acme', { name: 'SHARED' }, ['organizations', 'acme', 'actions', 'SHARED']],
  ])('change and remove what %s holds: %j', async (sink, item, path) => {
    const box = await sandbox();
    await change(box, { op: 'write', sink, value: 'foreign', ...item });
    expect(box.state().github).toHaveProperty([...path, 'value'], 'foreign');
    await change(box, { op: 'remove', sink, ...item });
    expect(box.state().github).not.toHaveProperty(path);
  });

  it('are stamped as others are', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    const { body: before } = await github(box)('GET', `${SECRETS}/DEPLOY_KEY`);
    await change(box, { op: 'write', sink: 'github:acme/web', name: 'DEPLOY_KEY', value: 'y' });
    const { body: after } = await github(box)('GET', `${SECRETS}/DEPLOY_KEY`);
    expect(after.created_at).toBe(before.created_at);
    expect(Date.parse(after.updated_at)).toBeGreaterThan(Date.parse(before.updated_at));
    expect((await control(box)('GET', '/requests')).body).toHaveLength(2);
  });
});

describe('a change at GitHub', () => {
  it.each([
    [{ op: 'archive' }, 400, 'a provider or a sink'],
    [{ provider: 'github', op: 'fly', repo: 'acme/web' }, 400, 'no "fly"'],
    [{ provider: 'github', op: 'archive', repo: 'web' }, 400, 'full name'],
    [{ provider: 'github', op: 'archive', repo: 'acme/none' }, 404, 'nothing to archive'],
    [{ provider: 'github', op: 'create', repo: 'acme/web' }, 400, 'exists'],
    [{ provider: 'github', op: 'rename', repo: 'acme/web' }, 400, 'to must say'],
    [{ provider: 'github', op: 'rename', repo: 'acme/web', to: 'api' }, 400, 'exists'],
    [{ provider: 'github', op: 'transfer', repo: 'acme/web', to: 'none' }, 400, 'no account'],
    [{ op: 'write', sink: 'github:acme/web', name: 'A' }, 400, 'value must be text'],
    [{ op: 'write', sink: 'github:acme/none', name: 'A', value: 'x' }, 404, 'nothing to write'],
    [{ op: 'remove', sink: 'github:acme/web', name: 'NONE' }, 404, 'nothing to remove'],
    [{ op: 'write', sink: 'gitea:acme/web', name: 'A', value: 'x' }, 400, 'no provider "gitea"'],
    [{ provider: 'gitlab', op: 'write', sink: 'github:acme/web' }, 400, 'not a sink of gitlab'],
    [{ provider: 'github', op: 'archive', repo: 5 }, 400, 'repo must be text'],
    [{ provider: 'github', op: 'archive', repository: 'acme/web' }, 400, 'no "repository"'],
    ['archive', 400, 'JSON object'],
  ])('is refused for %j', async (given, status, message) => {
    const box = await sandbox();
    const before = box.state();
    const reply = await control(box)('POST', '/admin', given);
    expect([reply.status, reply.body.message]).toEqual([status, expect.stringContaining(message)]);
    expect(box.state()).toEqual(before);
  });
});
