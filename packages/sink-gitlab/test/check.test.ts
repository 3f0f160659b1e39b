import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { box, call, contextFor, TOKEN, type GitLab } from './context.ts';
import gitlabSink from '../src/index.ts';

const NAMES = ['TOKEN_ID', 'TOKEN'];
const INFRA: GitLab = { 'acme/infra': { id: 7, variables: [{ key: 'TOKEN', value: 'old' }] } };

describe('a check', () => {
  it('tells what is there, by name, and asks what the token may do once for all sinks', async () => {
    const { open, requests } = await box(INFRA);
    const report = await (await open('gitlab:acme/infra')).check(NAMES, call);
    expect(report).toEqual({
      present: [{ name: 'TOKEN' }],
      place: 'project:7/scope:*',
      clock: expect.stringMatching(/^\d{4}-.*:\d\d\.000Z$/) as string,
      warnings: [],
    });
    await (await open('gitlab:7?scope=production')).check(['TOKEN'], call);
    const base = '/projects/acme%2Finfra/variables';
    expect((await requests()).toSorted()).toEqual([
      'GET /personal_access_tokens/self',
      'GET /projects/7',
      'GET /projects/7/variables/TOKEN?filter%5Benvironment_scope%5D=production',
      'GET /projects/acme%2Finfra',
      `GET ${base}/TOKEN?filter%5Benvironment_scope%5D=%2A`,
      `GET ${base}/TOKEN_ID?filter%5Benvironment_scope%5D=%2A`,
    ]);
  });

  it.each([
    ['gitlab:acme/nowhere', 'TARGET_NOT_FOUND', 'the project acme/nowhere'],
    ['gitlab:nobody?level=group', 'TARGET_NOT_FOUND', 'Owner'],
    ['gitlab:acme/old', 'PERMISSION_DENIED', 'sinks'],
    ['gitlab:acme/before', 'TARGET_NOT_FOUND', 'acme/infra'],
  ])('of %s fails with %s', async (target, code, hint) => {
    const { open } = await box({
      'acme/infra': { formerPaths: ['acme/before'] },
      'acme/old': { archived: true },
    });
    const error = await errorOf((await open(target)).check(NAMES, call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toContain(hint);
  });

  it.each<[string, object, string, string, string]>([
    ['gitlab:acme/infra', { revoked: true }, 'AUTH_DENIED', 'Token was revoked', 'GITLAB_TOKEN'],
    ['gitlab:acme/infra', { scopes: ['read_api'] }, 'PERMISSION_DENIED', 'write', '"api"'],
    ['gitlab:acme/infra', { scopes: ['ai'] }, 'PERMISSION_DENIED', 'insufficient_scope', '"api"'],
    [
      'gitlab:acme/infra',
      { roles: { acme: 'developer' } },
      'PERMISSION_DENIED',
      'Developer',
      'Maintainer',
    ],
    ['gitlab:acme/infra', { roles: {} }, 'TARGET_NOT_FOUND', '404', 'Maintainer'],
    [
      'gitlab:acme?level=group',
      { roles: { acme: 'maintainer' } },
      'PERMISSION_DENIED',
      '403',
      'Owner',
    ],
    ['gitlab:?level=instance', {}, 'PERMISSION_DENIED', '403', 'administrator'],
  ])('of %s with a token %j fails with %s', async (target, token, code, message, hint) => {
    const { open } = await box({ ...INFRA, tokens: [{ token: TOKEN, ...token }] });
    const error = await errorOf((await open(target)).check(NAMES, call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it.each([[[7]], ['api'], [null]])(
    'says nothing of what the token may do where the answer is %j',
    async (scopes) => {
      const { open, fault } = await box(INFRA);
      await fault({ path: '/self$', action: { status: 200, body: { scopes } } });
      expect((await (await open('gitlab:acme/infra')).check(['TOKEN'], call)).warnings).toEqual([]);
    },
  );

  it('takes a token of OAuth, which cannot be asked for its scopes', async () => {
    const { open } = await box({ ...INFRA, tokens: [{ token: TOKEN, kind: 'oauth' }] });
    const report = await (await open('gitlab:acme/infra')).check(NAMES, call);
    expect(report.present).toHaveLength(1);
  });

  it('works below the path of an installation', async () => {
    const { sandbox } = await box(INFRA);
    const context = contextFor(`${sandbox.urls.gitlab}/gitlab`);
    const sink = await gitlabSink.open('gitlab:acme/infra', context);
    expect((await sink.check(NAMES, call)).present).toHaveLength(1);
  });

  it('needs credentials no sooner than for a request', async () => {
    const { open, requests } = await box(INFRA, { env: {} });
    const sink = await open('gitlab:acme/infra');
    expect(await errorOf(sink.check(NAMES, call))).toMatchObject({ code: 'CREDENTIALS_MISSING' });
    expect(await requests()).toEqual([]);
  });

  it('does not take another environment’s variable for its own', async () => {
    const { open, fault } = await box(INFRA);
    await fault({
      path: '/TOKEN',
      action: { status: 200, body: { key: 'TOKEN', value: 'x', environment_scope: 'production' } },
    });
    const error = await errorOf((await open('gitlab:acme/infra')).check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
  });

  it('knows when something else answers', async () => {
    const { open, fault } = await box(INFRA);
    await fault({ path: '/TOKEN', action: { status: 200, body: '<h1>Sign in</h1>' } });
    const error = await errorOf((await open('gitlab:acme/infra')).check(NAMES, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
  });

  it('waits as long as GitLab asks for, not longer', async () => {
    const { open, fault, requests, context } = await box(INFRA);
    const started = context.clock.now();
    await fault({
      path: '/variables/',
      times: 1,
      action: { status: 429, headers: { 'retry-after': '30' }, body: 'Retry later\n' },
    });
    await (await open('gitlab:acme/infra')).check(['TOKEN'], call);
    expect(context.clock.now() - started).toBeGreaterThanOrEqual(30_000);
    expect(context.clock.now() - started).toBeLessThan(35_000);
    expect(await requests()).toHaveLength(4);
  });
});
