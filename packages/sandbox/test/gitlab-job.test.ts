import { describe, expect, it } from 'vitest';

import type { World } from '../src/index.ts';
import { control, sandbox, tokenNamed } from './support.ts';

const TOKEN_ID = 'PLANETSCALE_SERVICE_TOKEN_ID';

async function tokenIdRead(gitlab: NonNullable<World['gitlab']>, sink: string): Promise<unknown> {
  const box = await sandbox({ world: { gitlab } });
  return (await control(box)('POST', '/ci-job', { sink })).body.tokenId;
}
const row = (value: string, environment_scope = '*') => ({
  key: TOKEN_ID,
  value,
  environment_scope,
});

describe('a job of GitLab', () => {
  it.each(['gitlab:acme/infra', 'gitlab:acme/infra?scope=production', 'gitlab:4217'])(
    'uses the token that %s holds',
    async (sink) => {
      const { body } = await control(await sandbox())('POST', '/ci-job', { sink });
      expect(body).toEqual({ ok: true, status: 200, tokenId: 'cigitlab9r3k' });
    },
  );

  it('reads every layout', async () => {
    const { id = '', token = '' } = tokenNamed((await sandbox()).state(), 'ci-gitlab');
    const blob = `${TOKEN_ID}=${id}\nPLANETSCALE_SERVICE_TOKEN=${token}\n`;
    const variables = [
      { key: 'PLANETSCALE_CREDENTIAL', value: `${id}:${token}` },
      { key: 'PLANETSCALE_ENV', value: blob, variable_type: 'file' as const },
    ];
    const box = await sandbox({ world: { gitlab: { 'acme/infra': { variables } } } });
    for (const layout of ['joined', 'file']) {
      const job = { sink: 'gitlab:acme/infra', layout };
      const { body } = await control(box)('POST', '/ci-job', job);
      expect(body).toEqual({ ok: true, status: 200, tokenId: id });
    }
  });

  it('prefers its project, then the nearest group, then the instance', async () => {
    const all = {
      'acme/team/api': { variables: [row('project')] },
      groups: { acme: { variables: [row('group')] }, 'acme/team': { variables: [row('team')] } },
      instance: { variables: [row('instance')] },
    };
    const job = 'gitlab:acme/team/api';
    expect(await tokenIdRead(all, job)).toBe('project');
    expect(await tokenIdRead({ ...all, 'acme/team/api': {} }, job)).toBe('team');
    expect(await tokenIdRead(all, 'gitlab:acme?level=group')).toBe('group');
    expect(await tokenIdRead({ 'acme/team/api': {}, instance: all.instance }, job)).toBe(
      'instance',
    );
    expect(await tokenIdRead(all, 'gitlab:?level=instance')).toBe('instance');
  });

  it.each([
    ['production', 'exact'],
    ['review/42', 'wild'],
    ['review', 'any'],
    ['productions', 'any'],
  ])('in the environment %s gets the value that fits it best', async (scope, expected) => {
    const variables = [row('exact', 'production'), row('wild', 'review/*'), row('any')];
    expect(
      await tokenIdRead({ 'acme/infra': { variables } }, `gitlab:acme/infra?scope=${scope}`),
    ).toBe(expected);
  });

  it('without an environment gets only what is for all', async () => {
    const variables = [row('exact', 'production')];
    expect(await tokenIdRead({ 'acme/infra': { variables } }, 'gitlab:acme/infra')).toBeNull();
  });

  it('gets variables in a value filled in, unless it is raw', async () => {
    const variables = (raw: boolean) => [
      { ...row('a$B-${B}$$'), raw },
      { key: 'B', value: 'b' },
    ];
    const read = (raw: boolean) =>
      tokenIdRead({ 'acme/infra': { variables: variables(raw) } }, 'gitlab:acme/infra');
    expect(await read(false)).toBe('ab-b$');
    expect(await read(true)).toBe('a$B-${B}$$');
  });

  it('runs nowhere but in a place that exists', async () => {
    const box = await sandbox();
    for (const sink of ['gitlab:acme/none', 'gitlab:none?level=group', 'gitlab:7'])
      expect((await control(box)('POST', '/ci-job', { sink })).status).toBe(404);
  });
});

describe('the seed of GitLab', () => {
  it('holds the token ci-gitlab in two scopes, beside neighbours', async () => {
    const box = await sandbox();
    const { token } = tokenNamed(box.state(), 'ci-gitlab');
    const variables = box.state().gitlab?.['acme/infra']?.variables ?? [];
    for (const environment_scope of ['*', 'production']) {
      expect(variables).toContainEqual(
        expect.objectContaining({ key: TOKEN_ID, value: 'cigitlab9r3k', environment_scope }),
      );
      expect(variables).toContainEqual(
        expect.objectContaining({
          key: 'PLANETSCALE_SERVICE_TOKEN',
          value: token,
          masked: true,
          environment_scope,
        }),
      );
    }
    expect(variables.length).toBeGreaterThan(4);
    expect(box.env).toMatchObject({ GITLAB_HOST: box.urls.gitlab });
  });
});
