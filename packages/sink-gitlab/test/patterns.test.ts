import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { box, call, TOKEN, type Box, type GitLab } from './context.ts';

const expand = ({ context }: Box, target: string) => gitlabSink.expand(target, context, call);

const ACME: GitLab = {
  'acme/web': {},
  'acme/old': { archived: true },
  'acme/platform/api': {},
  'acme/platform/deep/api': {},
  'other/web': {},
};

describe('a pattern', () => {
  it.each([
    ['gitlab:acme/*', ['gitlab:acme/web'], ['gitlab:acme/old']],
    ['gitlab:Acme/w*', ['gitlab:acme/web'], []],
    [
      'gitlab:acme/**',
      ['gitlab:acme/web', 'gitlab:acme/platform/api', 'gitlab:acme/platform/deep/api'],
      ['gitlab:acme/old'],
    ],
    [
      'gitlab:acme/**/api?scope=production',
      [
        'gitlab:acme/platform/api?scope=production',
        'gitlab:acme/platform/deep/api?scope=production',
      ],
      [],
    ],
    ['gitlab:acme/*/api', ['gitlab:acme/platform/api'], []],
    ['gitlab:acme/platform/*', ['gitlab:acme/platform/api'], []],
  ])('%s means the projects of the group', async (target, targets, skipped) => {
    const found = await expand(await box(ACME), target);
    expect(found?.targets).toEqual(targets);
    expect(found?.skipped).toEqual(
      skipped.map((one) => ({ target: one, reason: 'it is archived' })),
    );
  });

  it('reads every page, each once', async () => {
    const projects = Array.from({ length: 250 }, (_, i) => [`acme/p${i}`, {}]);
    const gitlab = await box(Object.fromEntries(projects));
    const found = await expand(gitlab, 'gitlab:acme/*');
    expect(new Set(found?.targets).size).toBe(250);
    expect(await gitlab.requests()).toHaveLength(3);
  });

  it.each([
    'gitlab:*/web',
    'gitlab:**',
    'gitlab:acme/*?level=group',
    'gitlab:acme/*?scopes=production',
  ])('%s is refused before anything is asked', async (target) => {
    const gitlab = await box(ACME);
    const error = await errorOf(expand(gitlab, target));
    expect(error).toMatchObject({ code: 'TARGET_INVALID', effect: 'none' });
    expect(await gitlab.requests()).toEqual([]);
  });

  it('says what is missing where there is no such group', async () => {
    const error = await errorOf(expand(await box(ACME), 'gitlab:nobody/*'));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toContain('the group nobody');
  });

  it.each([
    [500, '{}', 'REMOTE_FAILED'],
    [200, '{}', 'ANSWER_INVALID'],
    [200, '[{}]', 'ANSWER_INVALID'],
  ])('fails where a page cannot be read: %s %s', async (status, body, code) => {
    const gitlab = await box(ACME);
    await gitlab.fault([
      { provider: 'gitlab', method: 'GET', path: '/groups/', times: 9, action: { status, body } },
    ]);
    const error = await errorOf(expand(gitlab, 'gitlab:acme/*'));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  });

  it('is none without a wildcard in its path', async () => {
    await expect(
      expand(await box(ACME), 'gitlab:acme/web?scope=review/*'),
    ).resolves.toBeUndefined();
  });
});
