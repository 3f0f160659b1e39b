import { describe, expect, it } from 'vitest';

import gitlab from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';
import { told, world } from './support/world.ts';

const valid = async (text: unknown): Promise<boolean> => {
  const result = await gitlab.permission?.['~standard'].validate(text);
  return result?.issues === undefined;
};

describe('a permission', () => {
  it.each(['scope=read_api', 'scope=k8s_proxy', 'access_level=reporter', 'access_level=25'])(
    'is %s',
    async (text) => {
      expect(await valid(text)).toBe(true);
    },
  );

  it.each([
    'read_api',
    'scope=',
    'scope=READ',
    'scope=read api',
    'access_level=king',
    'access_level=100',
    'access_level=constructor',
    'role=reporter',
    42,
    '',
  ])('is not %j', async (text) => {
    expect(await valid(text)).toBe(false);
  });

  it('to manage tokens or members is not copied', async () => {
    const { issuer } = await world();
    const managing = (...all: string[]) => issuer.managing?.(all);
    expect(managing('scope=api', 'access_level=developer')).toEqual([]);
    expect(managing('scope=read_api', 'access_level=owner')).toEqual([]);
    expect(managing('scope=api', 'access_level=maintainer')).toEqual(['scope=api']);
    expect(managing('scope=self_rotate', 'access_level=guest')).toEqual(['scope=self_rotate']);
    const listed = { project: 'acme/infra', scopes: ['api'], accessLevel: 'maintainer' };
    const { issuer: sure } = await told({}, listed);
    expect(sure.defaults?.()).toEqual(['access_level=maintainer', 'scope=api']);
    expect(sure.managing?.(['scope=api', 'access_level=maintainer'])).toEqual([]);
    expect(sure.managing?.(['scope=api', 'access_level=owner'])).toEqual(['scope=api']);
    const { issuer: personal } = await told({}, { personal: true });
    expect(personal.managing?.(['scope=api', 'scope=read_user'])).toEqual(['scope=api']);
  });
});

describe('the options', () => {
  const open = (options: unknown, env = {}) => gitlab.open(options, contextOf(env).context);

  it.each([
    [{ project: 'acme/Infra' }, 'gitlab-token:acme/infra'],
    [{ project: 42 }, 'gitlab-token:42'],
    [{ group: 'acme/tools' }, 'gitlab-token:acme/tools?level=group'],
    [{ personal: true }, 'gitlab-token:?level=user'],
    [{ personal: 'Ada' }, 'gitlab-token:ada?level=user'],
  ])('name a place: %j', async (options, id) => {
    expect((await open(options)).id).toBe(id);
  });

  it.each([
    {},
    { project: 'acme/infra', group: 'acme' },
    { project: 'acme' },
    { project: 'acme/../infra' },
    { project: 'acme/infra.git' },
    { group: '' },
    { personal: false },
    { personal: 'a b' },
    { personal: true, accessLevel: 'guest' },
    { project: 'acme/infra', accessLevel: 'king' },
    { project: 'acme/infra', scopes: ['read api'] },
    { project: 'acme/infra', scope: ['read_api'] },
  ])('are refused: %j', async (options) => {
    expect((await failure(open(options))).code).toBe('CONFIG_INVALID');
  });

  it('may leave the project to the pipeline that runs', async () => {
    const CI_PROJECT_PATH = 'acme/Web';
    for (const options of [{}, undefined])
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await open(options, { CI_PROJECT_PATH })).id).toBe('gitlab-token:acme/web');
    expect((await open({ group: 'acme' }, { CI_PROJECT_PATH })).id).toContain('level=group');
    const error = await failure(open({}, { CI_PROJECT_PATH: 'acme/../web' }));
    expect(error.message).toContain('CI_PROJECT_PATH');
  });

  it('name a server by the environment', async () => {
    const at = async (env: Record<string, string>) => (await open({ group: 'acme' }, env)).server;
    expect(await at({})).toBe('https://gitlab.com');
    expect(await at({ GITLAB_HOST: 'gitlab.acme.example' })).toBe('https://gitlab.acme.example');
    expect(await at({ CI_SERVER_URL: 'https://acme.example/gitlab' })).toBe(
      'https://acme.example/gitlab',
    );
    for (const GITLAB_HOST of ['http://gitlab.acme.example', 'https://acme.example/api/v3'])
      // oxlint-disable-next-line eslint/no-await-in-loop -- one after the other
      expect((await failure(open({ group: 'acme' }, { GITLAB_HOST }))).code).toBe('CONFIG_INVALID');
  });
});
