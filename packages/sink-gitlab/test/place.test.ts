import type { KeyturnError, SinkReport } from '@keyturn/core';
import { errorOf, startServer, type Reply, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, contextFor } from './context.ts';

const SCOPES = 'GET /personal_access_tokens/self';
const missing = (what = 'Variable'): Reply => ({
  status: 404,
  body: { message: `404 ${what} Not Found` },
});
const ok = (body: object): Reply => ({ status: 200, body });
const project = (more: object): Routes => ({
  [SCOPES]: ok({ scopes: ['api'] }),
  'GET /projects/acme%2Finfra': ok({ id: 45, ...more }),
  'GET /projects/acme%2Finfra/variables/TOKEN?filter%5Benvironment_scope%5D=%2A': missing(),
});
const group = (more: Routes): Routes => ({
  [SCOPES]: ok({ scopes: ['api'] }),
  'GET /groups/acme?with_projects=false': ok({ id: 9 }),
  'GET /groups/acme/variables/TOKEN?filter%5Benvironment_scope%5D=production':
    missing('GroupVariable'),
  ...more,
});

async function reported(routes: Routes, target = 'gitlab:acme/infra'): Promise<SinkReport> {
  await using server = await startServer(routes, '/api/v4');
  const sink = await gitlabSink.open(target, contextFor(server.url));
  return await sink.check(['TOKEN'], call);
}

const refused = (routes: Routes, target?: string): Promise<KeyturnError> =>
  errorOf(reported(routes, target));

describe('the place', () => {
  it('is one for all spellings of a project, and another for each scope, group and server', async () => {
    const { open } = await box({
      'acme/infra': { id: 45 },
      groups: { acme: { id: 9 } },
    });
    const place = async (target: string) => (await (await open(target)).check([], call)).place;
    expect(await place('gitlab:acme/infra')).toBe('project:45/scope:*');
    expect(await place('gitlab:Acme/INFRA')).toBe('project:45/scope:*');
    expect(await place('gitlab:45')).toBe('project:45/scope:*');
    expect(await place('gitlab:45?scope=production')).toBe('project:45/scope:production');
    expect(await place('gitlab:acme/infra?scope=production')).toBe('project:45/scope:production');
    expect(await place('gitlab:acme?level=group')).toBe('group:9/scope:*');
    expect(await place('gitlab:?level=instance')).toBe('instance');
  });

  it.each([
    ['https://GitLab.Example.com:443/gitlab/api/v4/', 'https://gitlab.example.com/gitlab'],
    ['', 'https://gitlab.com'],
  ])('is at a server that is known without a request: %s', async (host, server) => {
    const context = contextFor('', { env: { GITLAB_HOST: host } });
    expect((await gitlabSink.open('gitlab:acme/infra', context)).server).toBe(server);
  });

  it.each([{}, { id: '45' }, { id: null }])('is not taken from %j', async (body) => {
    const routes = { ...project({}), 'GET /projects/acme%2Finfra': ok(body) };
    const error = await refused(routes);
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
  });
});

describe('a check of the project itself', () => {
  const denied = {
    'GET /projects/acme%2Finfra/variables/TOKEN?filter%5Benvironment_scope%5D=%2A': {
      status: 403,
      body: { message: '403 Forbidden' },
    },
  };
  const access = (own: number | null, above: number | null): Routes =>
    project({
      permissions: {
        project_access: own === null ? null : { access_level: own },
        group_access: above === null ? null : { access_level: above },
      },
    });

  it('says that it is archived, even if its variables can be read', async () => {
    const error = await refused(project({ archived: true }));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.message).toContain('archived');
  });

  it.each(['marked_for_deletion_on', 'marked_for_deletion_at'])('warns of %s', async (key) => {
    const report = await reported(project({ [key]: '2026-12-01' }));
    expect(report.warnings).toEqual([expect.stringMatching(/deletion.*2026-12-01/)]);
  });

  it.each([
    [30, null, 'Developer'],
    [10, 20, 'Reporter'],
    [null, 15, 'Planner'],
  ])('names the role that is too low: %j and %j', async (own, above, name) => {
    const error = await refused({ ...access(own, above), ...denied });
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
    expect(error.message).toContain(`the role ${name}`);
  });

  it.each([
    [null, null],
    [30, 40],
  ])('does not blame the role: %j and %j', async (own, above) => {
    const error = await refused({ ...access(own, above), ...denied });
    expect(error.message).toContain('403 Forbidden');
  });

  it('takes a role that does not show, if the variables can be read with it', async () => {
    expect((await reported(access(30, null))).present).toEqual([]);
  });
});

describe('a check of a scope in a group', () => {
  const target = 'gitlab:acme?level=group&scope=production';

  it('refuses the Free plan, which would give new variables to every job', async () => {
    const error = await refused(group({ 'GET /namespaces/9': ok({ plan: 'free' }) }), target);
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.hint).toContain('Premium');
  });

  it.each<[string, Reply]>([
    ['another plan', ok({ plan: 'premium' })],
    ['a server of one’s own', ok({ plan: 'default' })],
    ['no plan', ok({})],
    ['a refusal', { status: 404, body: { message: '404 Namespace Not Found' } }],
  ])('goes on with %s', async (_, reply) => {
    const report = await reported(group({ 'GET /namespaces/9': reply }), target);
    expect(report.place).toBe('group:9/scope:production');
  });

  it('does not ask if nothing has to be created', async () => {
    const { open, requests } = await box({
      groups: {
        acme: { variables: [{ key: 'TOKEN', value: 'x', environment_scope: 'production' }] },
      },
      behaviour: { groupScopes: 'ignored' },
    });
    await (await open(target)).check(['TOKEN'], call);
    expect((await requests()).filter((line) => line.includes('/namespaces/'))).toEqual([]);
  });
});
