import { errorOf, startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import gitlabSink from '../src/index.ts';
import { call, contextFor } from './context.ts';

const wanted = { token: 'abc123def456', mark: 'keyturn-ci-m1', timeout: 60_000 };
const PROJECT = '/projects/acme%2Finfra';
const JOBS = `GET ${PROJECT}/pipelines/7/jobs?per_page=100`;
const url = 'https://gitlab.com/acme/infra/-/jobs/9';
const job = (status: string, name = 'keyturn-canary') => ({ name, status, web_url: url });

async function gitlabWith(states: readonly string[], more: Routes = {}) {
  return startServer(
    {
      [`GET ${PROJECT}`]: { status: 200, body: { default_branch: 'trunk' } },
      [`POST ${PROJECT}/pipeline`]: { status: 201, body: { id: 7 } },
      [JOBS]: (_, count) => ({
        status: 200,
        body: [job('failed', 'another'), job(states[count] ?? states.at(-1) ?? '')],
      }),
      ...more,
    },
    '/api/v4',
  );
}

const open = (server: { url: string }, target = 'gitlab:acme/infra') =>
  gitlabSink.open(target, contextFor(server.url));

describe('a trial in GitLab CI', () => {
  it('starts a pipeline on the default branch, and waits for the canary job alone', async () => {
    await using server = await gitlabWith(['created', 'pending', 'running', 'success']);
    const sink = await open(server, 'gitlab:acme/infra?scope=production');
    expect(await sink.trial?.(wanted, call)).toEqual({ ok: true, url });
    expect(server.received[1]?.body).toEqual({
      ref: 'trunk',
      variables: [
        { key: 'KEYTURN_CANARY_TOKEN', value: wanted.token },
        { key: 'KEYTURN_CANARY_ENVIRONMENT', value: 'production' },
      ],
    });
  });

  it.each(['failed', 'canceled', 'skipped'])('takes %s for no proof', async (status) => {
    await using server = await gitlabWith([status]);
    expect(await (await open(server)).trial?.(wanted, call)).toEqual({ ok: false, url });
  });

  it.each([
    ['no pipeline', { [`POST ${PROJECT}/pipeline`]: { status: 400, body: { message: 'no' } } }],
    ['no such job', { [JOBS]: { status: 200, body: [job('success', 'another')] } }],
  ])('says what is missing where there is %s', async (_, more) => {
    await using server = await gitlabWith([], more);
    const error = await errorOf((await open(server)).trial?.(wanted, call) ?? Promise.resolve());
    expect(error.hint).toContain('docs/canary.md');
  });

  it('does not wait longer than it may, and knows nothing then', async () => {
    await using server = await gitlabWith(['pending']);
    const error = await errorOf((await open(server)).trial?.(wanted, call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'TIMED_OUT' });
  });

  it.each([
    'gitlab:acme?level=group',
    'gitlab:?level=instance',
    'gitlab:acme/infra?scope=review/*',
  ])('is not to be had for %s, where no job can be started', async (target) => {
    expect(await open({ url: 'http://127.0.0.1:1' }, target)).not.toHaveProperty('trial');
  });
});
