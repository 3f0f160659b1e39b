import { KeyturnError } from '@keyturn/core';
import { errorOf, startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';

const wanted = { token: 'abc123def456', mark: 'keyturn-ci-m1', timeout: 60_000 };
const WORKFLOW = '/repos/acme/web/actions/workflows/keyturn-canary.yml';
const RUNS = `GET ${WORKFLOW}/runs?event=workflow_dispatch&per_page=50`;
const url = 'https://github.com/acme/web/actions/runs/1';

const run = (
  status: string,
  conclusion: string | null,
  title = 'keyturn canary keyturn-ci-m1',
) => ({
  display_title: title,
  status,
  conclusion,
  html_url: url,
});

/** A GitHub where the run goes through these states, one for each look. */
async function githubWith(states: readonly object[], more: Routes = {}) {
  const server = await startServer({
    'GET /repos/acme/web': { status: 200, body: { default_branch: 'trunk' } },
    [`POST ${WORKFLOW}/dispatches`]: { status: 204 },
    [RUNS]: (_, count) => ({
      status: 200,
      body: {
        workflow_runs: [run('completed', 'success', 'another'), states[count] ?? states.at(-1)],
      },
    }),
    ...more,
  });
  return server;
}

describe('a trial in GitHub Actions', () => {
  it('starts the workflow on the default branch, and waits for the run with its mark', async () => {
    await using server = await githubWith([
      {},
      run('queued', null),
      run('in_progress', null),
      run('completed', 'success'),
    ]);
    const sink = await openSink('github:acme/web?environment=production', server.url);
    expect(await sink.trial?.(wanted, call)).toEqual({ ok: true, url });
    expect(server.received[1]?.body).toEqual({
      ref: 'trunk',
      inputs: { mark: wanted.mark, token: wanted.token, environment: 'production' },
    });
    expect(server.routes.filter((route) => route === RUNS)).toHaveLength(4);
  });

  it('is started only with the right to write', async () => {
    await using server = await githubWith([run('completed', 'success')]);
    const sink = await openSink('github:acme/web', server.url);
    const lost = new KeyturnError('STATE_LOST', 'another run took over', { effect: 'none' });
    const options = { ...call, beforeWrite: () => Promise.reject(lost) };
    expect(await errorOf(sink.trial?.(wanted, options) ?? Promise.resolve())).toBe(lost);
    expect(server.routes).toEqual(['GET /repos/acme/web']);
  });

  it.each(['failure', 'cancelled', 'timed_out', 'skipped'])(
    'takes %s for no proof',
    async (how) => {
      await using server = await githubWith([run('completed', how)]);
      const sink = await openSink('github:acme/web', server.url);
      expect(await sink.trial?.(wanted, call)).toEqual({ ok: false, url });
    },
  );

  it('says what is missing where there is no such workflow', async () => {
    await using server = await githubWith([], {
      [`POST ${WORKFLOW}/dispatches`]: { status: 404, body: { message: 'Not Found' } },
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.trial?.(wanted, call) ?? Promise.resolve());
    expect(error).toMatchObject({
      code: 'TARGET_NOT_FOUND',
      hint: expect.stringContaining('Actions: write'),
    });
  });

  it('does not wait longer than it may, and knows nothing then', async () => {
    await using server = await githubWith([run('queued', null)]);
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.trial?.(wanted, call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'TIMED_OUT' });
  });

  it.each(['github:acme', 'github:acme/web?app=dependabot', 'github:acme/web?app=codespaces'])(
    'is not to be had for %s, where no job can be started',
    async (target) => {
      expect(await openSink(target, 'http://127.0.0.1:1')).not.toHaveProperty('trial');
    },
  );
});
