import { errorOf } from '@keyturn/core/testing';
import type { World } from '@keyturn/sandbox';
import { startSandbox, type RecordedRequest } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import githubSink from '../src/index.ts';
import { call, contextFor, TOKEN } from './context.ts';
import { control } from './world.ts';

type GitHub = NonNullable<World['github']>;
const TOKENS = [{ token: TOKEN, kind: 'classic', scopes: ['repo', 'admin:org'] }] as const;

async function box(github: GitHub) {
  const sandbox = await startSandbox({
    world: { github: { tokens: TOKENS, ...github } },
  });
  onTestFinished(() => sandbox.close());
  const context = contextFor(sandbox.urls.github ?? '');
  return {
    sandbox,
    expand: (target: string) => githubSink.expand(target, context, call),
    requests: async () => {
      const list = (await (await control(sandbox, 'GET', '/requests')).json()) as RecordedRequest[];
      return list.map(({ method, path }) => `${method} ${path}`);
    },
  };
}

const ACME: GitHub = {
  organizations: { acme: {} },
  'acme/web': { topics: ['service', 'node'] },
  'acme/api': { topics: ['service'] },
  'acme/old': { archived: true, topics: ['service'] },
  'acme/docs': { private: false },
  'other/web': {},
};

describe('a pattern', () => {
  it('means the repositories of an organization, without those that are archived', async () => {
    const { expand } = await box(ACME);
    await expect(expand('github:ACME/*')).resolves.toEqual({
      targets: ['github:acme/web', 'github:acme/api', 'github:acme/docs'],
      skipped: [{ target: 'github:acme/old', reason: 'it is archived' }],
    });
    await expect(expand('github:acme/*e*')).resolves.toEqual({
      targets: ['github:acme/web'],
      skipped: [],
    });
  });

  it('goes by a topic, and keeps what else the target says', async () => {
    const { expand } = await box(ACME);
    await expect(expand('github:acme/*?topic=Service&environment=production')).resolves.toEqual({
      targets: ['github:acme/web?environment=production', 'github:acme/api?environment=production'],
      skipped: [{ target: 'github:acme/old?environment=production', reason: 'it is archived' }],
    });
    await expect(expand('github:acme/*?topic=none')).resolves.toEqual({ targets: [], skipped: [] });
  });

  it('reads every page, each once', async () => {
    const names = Array.from({ length: 1000 }, (_, i) => [`acme/r${i}`, {}]);
    const { expand, requests } = await box({
      organizations: { acme: {} },
      ...Object.fromEntries(names),
    });
    const found = await expand('github:acme/*');
    expect(new Set(found?.targets).size).toBe(1000);
    const asked = await requests();
    expect(asked).toHaveLength(10);
    expect(asked[9]).toBe('GET /orgs/acme/repos?sort=full_name&per_page=100&page=10');
  });

  it('means the repositories of a person, private ones too', async () => {
    const { expand, requests } = await box({
      'ada/web': {},
      'ada/open': { private: false },
      'bob/web': {},
    });
    const found = await expand('github:ada/*');
    expect(found?.targets).toEqual(['github:ada/web', 'github:ada/open']);
    expect((await requests())[1]).toBe('GET /user/repos?sort=full_name&per_page=100&page=1');
  });

  it('means public ones of a person where the token is that of an app', async () => {
    const tokens = [
      { token: TOKEN, kind: 'installation', permissions: { metadata: 'read' } },
    ] as const;
    const { sandbox, expand } = await box({
      tokens,
      'ada/web': {},
      'ada/open': { private: false },
    });
    await control(sandbox, 'POST', '/faults', [
      {
        provider: 'github',
        method: 'GET',
        path: '/user/repos',
        action: { status: 403, body: '{}' },
      },
    ]);
    await expect(expand('github:ada/*')).resolves.toMatchObject({ targets: ['github:ada/open'] });
  });

  it('is none without a wildcard in its path', async () => {
    const { expand, requests } = await box(ACME);
    await expect(expand('github:acme/web?environment=a*')).resolves.toBeUndefined();
    expect(await requests()).toEqual([]);
  });

  it.each([
    ['github:*/web', 'owner'],
    ['github:acme/*?topic=a%20b', '"a b"'],
    ['github:acme/*?enviroment=production', '"enviroment"'],
    ['github:acme/*/x', 'OWNER/REPO'],
  ])('%s is refused before anything is asked', async (target, why) => {
    const { expand, requests } = await box(ACME);
    const error = await errorOf(expand(target));
    expect(error).toMatchObject({ code: 'TARGET_INVALID', effect: 'none' });
    expect(error.message).toContain(why);
    expect(await requests()).toEqual([]);
  });

  it.each([
    [500, '{}', 'REMOTE_FAILED'],
    [401, '{}', 'AUTH_DENIED'],
    [200, '{"message":"not a list"}', 'ANSWER_INVALID'],
    [200, '[{"name":1}]', 'ANSWER_INVALID'],
  ])(
    'fails where a page cannot be read (%s %s), rather than with a part of the list',
    async (status, body, code) => {
      const { sandbox, expand } = await box(ACME);
      await control(sandbox, 'POST', '/faults', [
        { provider: 'github', method: 'GET', path: '/orgs/', times: 9, action: { status, body } },
      ]);
      const error = await errorOf(expand('github:acme/*'));
      expect(error).toMatchObject({ code, effect: 'none' });
      expect(JSON.stringify(error)).not.toContain(TOKEN);
    },
  );
});
