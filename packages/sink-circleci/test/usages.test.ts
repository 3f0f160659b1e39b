import type { Usage } from '@keyturn/core';
import { errorOf } from '@keyturn/core/testing';
import { startSandbox, type World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import circleciSink from '../src/index.ts';
import { onlyFollowedReason } from '../src/messages.ts';
import { call, contextFor, openSink, TOKEN } from './context.ts';

type CircleCi = NonNullable<World['circleci']>;
const AT = '2026-01-01T00:00:00.000Z';
/** The same moment by the clock of the sandbox's CircleCI. */
const SHOWN = '2026-01-01T00:00:01.500Z';
const named = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, { value: `value of ${name}`, createdAt: AT, updatedAt: AT }]),
  );

const ORGANIZATION = 'aaaaaaaa-0000-4000-8000-000000000000';
const ACME: CircleCi = {
  projects: {
    'gh/acme/web': named('TOKEN', 'NEIGHBOUR'),
    'gh/acme/unseen': named('TOKEN'),
    'gh/other/web': named('TOKEN'),
    [`circleci/${ORGANIZATION}/P`]: named('TOKEN'),
  },
  projectDetails: { 'gh/acme/unseen': { isFollowed: false } },
  contexts: {
    'gh/acme/deploy now': named('TOKEN_ID', 'TOKEN'),
    'gh/acme/release': named('NEIGHBOUR'),
  },
  organizations: { [`circleci/${ORGANIZATION}`]: { id: ORGANIZATION } },
};

async function box(circleci: CircleCi = ACME) {
  const tokens = circleci.tokens ?? [{ token: TOKEN }];
  const sandbox = await startSandbox({ world: { circleci: { ...circleci, tokens } } });
  onTestFinished(() => sandbox.close());
  const url = sandbox.urls.circleci ?? '';
  return {
    sandbox,
    open: (target: string) => openSink(target, url),
    search: async (scope: string, names = ['TOKEN', 'TOKEN_ID']) => {
      const found: Usage[] = [];
      for await (const usage of circleciSink.usages(scope, names, contextFor(url), call) ?? [])
        found.push(usage);
      return found;
    },
  };
}

const targets = (usages: readonly Usage[]): string[] =>
  usages.flatMap((usage) => ('target' in usage ? [`${usage.target} ${usage.name}`] : []));

describe('where secrets are used', () => {
  it('looks through the contexts and the followed projects of an organization', async () => {
    const { search } = await box();
    const usages = await search('circleci:github/acme');
    expect(targets(usages)).toEqual([
      'circleci:gh/acme?context=deploy%20now TOKEN',
      'circleci:gh/acme?context=deploy%20now TOKEN_ID',
      'circleci:gh/acme/web TOKEN',
    ]);
    expect(usages[0]).toMatchObject({ updatedAt: SHOWN });
    expect(JSON.stringify(usages)).not.toContain('value of');
  });

  it('says that a project which nobody follows was not seen', async () => {
    const { search } = await box();
    expect(await search('circleci:gh/acme')).toContainEqual({
      skipped: 'circleci:gh/acme/*',
      reason: onlyFollowedReason,
    });
    expect(targets(await search('circleci:gh/acme/unseen'))).toEqual([
      'circleci:gh/acme/unseen TOKEN',
    ]);
  });

  it.each([`circleci:circleci/${ORGANIZATION}`, `circleci:${ORGANIZATION}`])(
    'looks through what CircleCI keeps itself: %s',
    async (scope) => {
      const { search } = await box();
      expect(targets(await search(scope))).toEqual([`circleci:circleci/${ORGANIZATION}/P TOKEN`]);
    },
  );

  it('gives targets that can be opened', async () => {
    const { search, open } = await box();
    for (const line of targets(await search('circleci:gh/acme'))) {
      const [target = ''] = line.split(' ');
      expect((await open(target)).id).toBe(target);
    }
  });

  it('reads every page', async () => {
    const many = Array.from({ length: 50 }, (_, i) => `N${i}`);
    const { search } = await box({
      contexts: Object.fromEntries(
        many.map((name) => [`gh/acme/${name}`, named(...many, 'TOKEN')]),
      ),
      projects: { 'gh/acme/web': named(...many, 'TOKEN') },
    });
    expect(targets(await search('circleci:gh/acme'))).toHaveLength(51);
  });

  it('reports what may not be read, and goes on', async () => {
    const { sandbox, search } = await box();
    await fetch(`${sandbox.control}/faults`, {
      method: 'POST',
      body: JSON.stringify([
        {
          provider: 'circleci',
          method: 'GET',
          path: '/envvar',
          times: 9,
          action: { status: 403, body: '{}' },
        },
      ]),
    });
    const usages = await search('circleci:gh/acme');
    expect(usages).toContainEqual({
      skipped: 'circleci:gh/acme/web',
      reason: 'the credentials are not allowed to read it',
    });
    expect(targets(usages)).toHaveLength(2);
  });

  it.each(['[{"vcs_type":"svn","username":"acme","reponame":"web"}]', '[1]', '{}', 'no JSON'])(
    'reports a list of projects that is not clear, and shows the contexts: %s',
    async (body) => {
      const { sandbox, search } = await box();
      const action = { status: 200, headers: { 'content-type': 'application/json' }, body };
      await fetch(`${sandbox.control}/faults`, {
        method: 'POST',
        body: JSON.stringify([
          { provider: 'circleci', path: '/api/v1.1/projects', times: 9, action },
        ]),
      });
      const usages = await search('circleci:gh/acme');
      expect(targets(usages)).toHaveLength(2);
      expect(usages).toContainEqual({ skipped: 'circleci:gh/acme/*', reason: expect.any(String) });
    },
  );

  it('ends where nothing can be read at all', async () => {
    const { search } = await box({ ...ACME, tokens: [{ token: 'another' }] });
    const error = await errorOf(search('circleci:gh/acme'));
    expect(error.code).toBe('AUTH_DENIED');
    expect(JSON.stringify(error)).not.toContain(TOKEN);
  });

  it.each(['circleci:gh', 'circleci:gh/acme?context=deploy', 'circleci:gh/acme/web/more'])(
    'refuses %s',
    async (scope) => {
      const { search } = await box();
      expect(await errorOf(search(scope))).toMatchObject({
        code: 'TARGET_INVALID',
        effect: 'none',
      });
    },
  );
});
