import type { Usage } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, TOKEN, type Box, type GitLab } from './context.ts';

const variables = (...keys: (string | [string, string])[]) =>
  keys.map((one) => {
    const [key, scope] = typeof one === 'string' ? [one, '*'] : one;
    return { key, value: `value of ${key}`, environment_scope: scope };
  });

const ACME: GitLab = {
  'acme/web': { variables: variables('TOKEN', ['TOKEN', 'production'], 'NEIGHBOUR') },
  'acme/platform/api': { variables: variables(['TOKEN', 'review/*']) },
  'acme/old': { archived: true, variables: variables('TOKEN') },
  'other/web': { variables: variables('TOKEN') },
  groups: { 'acme/platform': { variables: variables('TOKEN') } },
  instance: { variables: variables('TOKEN') },
};

async function search({ context }: Box, scope: string, names = ['TOKEN']): Promise<Usage[]> {
  const found: Usage[] = [];
  for await (const usage of gitlabSink.usages(scope, names, context, call) ?? []) found.push(usage);
  return found;
}

const targets = (usages: readonly Usage[]): string[] =>
  usages.flatMap((usage) => ('target' in usage ? [usage.target] : []));

describe('where secrets are used', () => {
  it('looks through a group, its subgroups and their projects, in every scope', async () => {
    const usages = await search(await box(ACME), 'gitlab:acme');
    expect(targets(usages)).toEqual([
      'gitlab:acme/platform?level=group',
      'gitlab:acme/web',
      'gitlab:acme/web?scope=production',
      'gitlab:acme/platform/api?scope=review/*',
    ]);
    expect(usages).toContainEqual({ skipped: 'gitlab:acme/old', reason: 'it is archived' });
    expect(JSON.stringify(usages)).not.toContain('value of');
  });

  it.each([[null], [7], [{}], [{ key: 7 }]])(
    'does not take %j in a list for some other variable',
    async (item) => {
      const gitlab = await box(ACME);
      await gitlab.fault({ path: 'web/variables', action: { status: 200, body: [item] } });
      const usages = await search(gitlab, 'gitlab:acme?level=group');
      expect(usages).toContainEqual({
        skipped: 'gitlab:acme/web',
        reason: 'the response was invalid',
      });
    },
  );

  it.each([
    ['gitlab:acme/web', ['gitlab:acme/web', 'gitlab:acme/web?scope=production']],
    [
      'gitlab:acme/platform',
      ['gitlab:acme/platform?level=group', 'gitlab:acme/platform/api?scope=review/*'],
    ],
    [
      'gitlab:?level=instance',
      [
        'gitlab:?level=instance',
        'gitlab:acme/platform?level=group',
        'gitlab:acme/web',
        'gitlab:acme/web?scope=production',
        'gitlab:acme/platform/api?scope=review/*',
        'gitlab:other/web',
      ],
    ],
  ])('looks through %s', async (scope, found) => {
    expect(targets(await search(await box(ACME), scope))).toEqual(found);
  });

  it('gives targets that can be opened', async () => {
    const gitlab = await box(ACME);
    for (const target of targets(await search(gitlab, 'gitlab:?level=instance')))
      expect((await gitlab.open(target)).id).toBe(target);
  });

  it('reads every page of variables, projects and groups', async () => {
    const many = Array.from({ length: 130 }, (_, i) => `N${i}`);
    const gitlab = await box({
      ...Object.fromEntries(
        many.map((name) => [`acme/${name}`, { variables: variables('TOKEN') }]),
      ),
      'acme/all': { variables: variables(...many, 'TOKEN') },
      groups: Object.fromEntries(
        many.map((name) => [`acme/g${name}`, { variables: variables('TOKEN') }]),
      ),
    });
    const found = targets(await search(gitlab, 'gitlab:acme'));
    expect(found).toHaveLength(261);
    expect(found).toContain('gitlab:acme/all');
    expect((await gitlab.requests()).every((line) => line.startsWith('GET '))).toBe(true);
  });

  it('reports what may not be read, and goes on', async () => {
    const tokens = [{ token: TOKEN, roles: { acme: 'guest', 'acme/web': 'maintainer' } }] as const;
    const gitlab = await box({ ...ACME, tokens });
    const usages = await search(gitlab, 'gitlab:acme');
    expect(targets(usages)).toEqual(['gitlab:acme/web', 'gitlab:acme/web?scope=production']);
    expect(usages).toContainEqual({
      skipped: 'gitlab:acme/platform/api',
      reason: 'the credentials are not allowed to read it',
    });
  });

  it('ends where nothing can be read at all', async () => {
    const gitlab = await box({ ...ACME, tokens: [] });
    const error = await errorOf(search(gitlab, 'gitlab:acme'));
    expect(error.code).toBe('AUTH_DENIED');
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  });

  it.each(['gitlab:acme/*', 'gitlab:acme?scope=x', 'gitlab:', 'gitlab:acme?level=instance'])(
    'refuses %s',
    async (scope) => {
      const gitlab = await box(ACME);
      expect(await errorOf(search(gitlab, scope))).toMatchObject({ code: 'TARGET_INVALID' });
      expect(await gitlab.requests()).toEqual([]);
    },
  );
});
