import type { Usage } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { startSandbox, type RecordedRequest, type World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import githubSink from '../src/index.ts';
import { call, contextFor, TOKEN } from './context.ts';
import { control, stampOf } from './world.ts';

type GitHub = NonNullable<World['github']>;
const TOKENS = [{ token: TOKEN, kind: 'classic', scopes: ['repo', 'admin:org'] }] as const;
const AT = '2026-01-01T00:00:00.000Z';
const named = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { value: 'x', createdAt: AT, updatedAt: AT }]));

const ACME: GitHub = {
  organizations: { acme: { actions: named('TOKEN'), dependabot: named('TOKEN_ID', 'OTHER') } },
  'acme/web': {
    actions: named('TOKEN', 'NEIGHBOUR'),
    codespaces: named('TOKEN'),
    environments: { 'eu/prod': named('TOKEN'), empty: {} },
  },
  'acme/api': { actions: named('NEIGHBOUR') },
  'acme/old': { archived: true, actions: named('TOKEN') },
  'other/web': { actions: named('TOKEN') },
};

async function box(github: GitHub) {
  const sandbox = await startSandbox({ world: { github: { tokens: TOKENS, ...github } } });
  onTestFinished(() => sandbox.close());
  const context = contextFor(sandbox.urls.github ?? '');
  return {
    sandbox,
    search: (scope: string, names = ['TOKEN', 'TOKEN_ID']) =>
      collect(githubSink.usages(scope, names, context, call)),
    requests: async () =>
      (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[],
  };
}

async function collect(usages: AsyncIterable<Usage> | undefined): Promise<Usage[]> {
  const found: Usage[] = [];
  for await (const usage of usages ?? []) found.push(usage);
  return found;
}

const targets = (usages: readonly Usage[]): string[] =>
  usages.flatMap((usage) => ('target' in usage ? [`${usage.target} ${usage.name}`] : []));

describe('where secrets are used', () => {
  it('looks through an organization, its repositories and their environments, for every app', async () => {
    const { search } = await box(ACME);
    const usages = await search('github:acme');
    expect(targets(usages)).toEqual([
      'github:acme TOKEN',
      'github:acme?app=dependabot TOKEN_ID',
      'github:acme/web TOKEN',
      'github:acme/web?app=codespaces TOKEN',
      'github:acme/web?environment=eu/prod TOKEN',
    ]);
    expect(usages).toContainEqual({
      target: 'github:acme',
      name: 'TOKEN',
      updatedAt: stampOf(Date.parse(AT)),
    });
    expect(usages).toContainEqual({ skipped: 'github:acme/old', reason: 'it is archived' });
  });

  it.each([[null], [7], [{}], [{ name: 7 }]])(
    'does not take %j in a list for some other secret',
    async (item) => {
      const { sandbox, search } = await box(ACME);
      const action = { status: 200, body: { total_count: 1, secrets: [item] } };
      await control(sandbox, 'POST', '/faults', [{ path: 'web/actions/secrets', action }]);
      const [usage] = (await search('github:acme/web')).filter((one) => 'skipped' in one);
      expect(usage).toMatchObject({ reason: 'the response was invalid' });
    },
  );

  it('looks through one repository alone', async () => {
    const { search, requests } = await box(ACME);
    expect(targets(await search('github:acme/api', ['NEIGH*']))).toEqual([
      'github:acme/api NEIGHBOUR',
    ]);
    for (const { path } of await requests()) expect(path).toMatch(/^\/repos\/acme\/api\//);
  });

  it('reads every page of secrets, environments and repositories, and never writes', async () => {
    const many = Array.from({ length: 250 }, (_, i) => `N${i}`);
    const { search, requests } = await box({
      organizations: { acme: { actions: named(...many, 'TOKEN') } },
      'acme/web': {
        environments: Object.fromEntries(
          [...many.slice(0, 120), 'last'].map((name) => [name, named('TOKEN')]),
        ),
      },
      ...Object.fromEntries(many.map((name) => [`acme/${name}`, { actions: named('TOKEN') }])),
    });
    const found = targets(await search('github:acme'));
    expect(found).toContain('github:acme TOKEN');
    expect(found.filter((line) => line.startsWith('github:acme/web?environment='))).toHaveLength(
      121,
    );
    expect(found.filter((line) => line.startsWith('github:acme/n'))).toHaveLength(250);
    expect(new Set((await requests()).map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('looks through the repositories of a person', async () => {
    const { search } = await box({ 'ada/web': { actions: named('TOKEN') } });
    expect(await search('github:ada')).toEqual([
      { target: 'github:ada/web', name: 'TOKEN', updatedAt: stampOf(Date.parse(AT)) },
    ]);
  });

  it('reports what may not be read, and goes on', async () => {
    const { sandbox, search } = await box(ACME);
    await control(sandbox, 'POST', '/faults', [
      {
        provider: 'github',
        method: 'GET',
        path: '/acme/web/dependabot/',
        times: 9,
        action: { status: 403, body: '{}' },
      },
    ]);
    const usages = await search('github:acme');
    expect(usages).toContainEqual({
      skipped: 'github:acme/web?app=dependabot',
      reason: 'the credentials are not allowed to read it',
    });
    expect(targets(usages)).toContain('github:acme/web TOKEN');
  });

  it('ends where nothing can be read at all', async () => {
    const { sandbox, search } = await box(ACME);
    await control(sandbox, 'POST', '/faults', [
      {
        provider: 'github',
        method: 'GET',
        path: '/acme/',
        times: 99,
        action: { status: 401, body: '{}' },
      },
    ]);
    const error = await errorOf(search('github:acme'));
    expect(error.code).toBe('AUTH_DENIED');
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  });

  it('says so where there is no such owner', async () => {
    const { search } = await box(ACME);
    expect(await errorOf(search('github:nobody'))).toMatchObject({ code: 'TARGET_NOT_FOUND' });
  });

  it.each(['github:acme/*', 'github:acme/web?app=actions', 'github:a/b/c'])(
    'refuses %s',
    async (scope) => {
      const { search, requests } = await box(ACME);
      expect(await errorOf(search(scope))).toMatchObject({
        code: 'TARGET_INVALID',
        effect: 'none',
      });
      expect(await requests()).toEqual([]);
    },
  );
});
