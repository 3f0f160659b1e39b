import { errorOf, startServer, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';

const wanted = { token: 'abc123def456', mark: 'keyturn-ci-m1', timeout: 60_000 };
const PROJECT = '/project/gh/acme/web';
const WORKFLOWS = 'GET /pipeline/p7/workflow';

async function circleciWith(states: readonly (string | undefined)[], more: Routes = {}) {
  return startServer(
    {
      [`GET ${PROJECT}`]: { status: 200, body: { vcs_info: { default_branch: 'trunk' } } },
      [`POST ${PROJECT}/pipeline`]: { status: 201, body: { id: 'p7', number: 7 } },
      [WORKFLOWS]: (_, count) => {
        const status = count < states.length ? states[count] : states.at(-1);
        const ours = status === undefined ? [] : [{ name: 'keyturn-canary', status }];
        return {
          status: 200,
          body: { items: [{ name: 'build', status: 'failed' }, ...ours], next_page_token: null },
        };
      },
      ...more,
    },
    '/api/v2',
  );
}

describe('a trial in CircleCI', () => {
  it('starts a pipeline on the default branch, and waits for the canary workflow alone', async () => {
    await using server = await circleciWith([undefined, 'running', 'success']);
    const sink = await openSink('circleci:gh/acme/web', server.url);
    expect(await sink.trial?.(wanted, call)).toEqual({ ok: true });
    expect(server.received[1]?.body).toEqual({
      branch: 'trunk',
      parameters: { 'keyturn-canary-token': wanted.token },
    });
  });

  it('asks before it starts the pipeline, and for nothing else', async () => {
    await using server = await circleciWith(['running', 'success']);
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const routes: string[][] = [];
    const beforeWrite = async (): Promise<void> => void routes.push([...server.routes]);
    await sink.trial?.(wanted, { ...call, beforeWrite });
    expect(routes).toEqual([[`GET ${PROJECT}`]]);
  });

  it.each(['failed', 'error', 'canceled', 'unauthorized'])(
    'takes %s for no proof',
    async (status) => {
      await using server = await circleciWith([status]);
      const sink = await openSink('circleci:gh/acme/web', server.url);
      expect(await sink.trial?.(wanted, call)).toEqual({ ok: false });
    },
  );

  it('says what is missing where the parameter is not declared', async () => {
    await using server = await circleciWith([], {
      [`POST ${PROJECT}/pipeline`]: { status: 400, body: { message: 'Unexpected argument(s)' } },
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.trial?.(wanted, call) ?? Promise.resolve());
    expect(error.hint).toContain('docs/canary.md');
  });

  it('does not wait longer than it may, and knows nothing then', async () => {
    await using server = await circleciWith(['running']);
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.trial?.(wanted, call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'TIMED_OUT' });
  });

  it.each(['circleci:gh/acme?context=deploy', 'circleci:circleci/O/P'])(
    'is not to be had for %s, where no job can be started so',
    async (target) => {
      expect(await openSink(target, 'http://127.0.0.1:1')).not.toHaveProperty('trial');
    },
  );
});
