import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { page, PROJECT_ID, READ_PROJECT, said, SHOWN, startServer } from './server.ts';

const PROJECT = 'GET /project/gh/acme/web/envvar';
const names = ['TOKEN_ID', 'TOKEN'];

describe('check of a project', () => {
  it('costs two requests at once, and tells what is there, which project it is and when that was', async () => {
    const items = [
      { name: 'TOKEN', value: 'xxxx1234', 'created-at': null },
      { name: 'OTHER', value: 'xxxx' },
    ];
    await using server = await startServer({ [PROJECT]: page(items) });
    const sink = await openSink('circleci:github/acme/web', server.url);
    await expect(sink.check(names, call)).resolves.toEqual({
      present: [{ name: 'TOKEN' }],
      place: `project:${PROJECT_ID}`,
      clock: SHOWN.iso,
      warnings: [],
    });
    expect(server.routes.toSorted()).toEqual([READ_PROJECT, PROJECT]);
    expect(server.received[0]?.headers).toMatchObject({
      'circle-token': TOKEN,
      accept: 'application/json',
      'user-agent': 'keyturn',
    });
    expect(server.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('reads every page', async () => {
    await using server = await startServer({
      [PROJECT]: page([{ name: 'TOKEN_ID', value: 'xxxx0001' }], 'a/b+c'),
      [`${PROJECT}?page-token=a%2Fb%2Bc`]: page([{ name: 'TOKEN', value: 'xxxx1234' }]),
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const { present } = await sink.check(names, call);
    expect(present?.map(({ name }) => name)).toEqual(names);
  });

  it.each<[string, Reply, string, RegExp]>([
    [
      'a wrong token',
      said(401, 'Invalid token provided.'),
      'AUTH_DENIED',
      /CIRCLECI_TOKEN.*personal API token/,
    ],
    ['a refusal', said(403, 'Permission denied.'), 'PERMISSION_DENIED', /settings of the project/],
    [
      'what is not there, or may not be seen',
      said(404, 'Project does not exist.'),
      'TARGET_NOT_FOUND',
      /the project gh\/acme\/web /,
    ],
    ['a failing server', said(500, 'Internal server error.'), 'REMOTE_FAILED', /again/],
    ['words without JSON', { status: 403, body: 'No.' }, 'PERMISSION_DENIED', /settings/],
    ['another web server', { status: 200, body: '<h1>Hi</h1>' }, 'ANSWER_INVALID', /CIRCLE_HOST/],
    ['no list', { status: 200, body: {} }, 'ANSWER_INVALID', /CIRCLE_HOST/],
    ['pages without end', page([], 'same'), 'ANSWER_INVALID', /address/],
  ])('%s', async (_title, reply, code, hint) => {
    await using server = await startServer({
      [PROJECT]: reply,
      [`${PROJECT}?page-token=same`]: reply,
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });

  it('says what was asked, and what CircleCI said in plain text', async () => {
    await using server = await startServer({ [PROJECT]: { status: 403, body: 'Not you.\u001b' } });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error.message).toBe(
      'circleci:gh/acme/web: GET /project/gh/acme/web/envvar: status 403, Not you.\\u001b',
    );
  });

  it('waits for a rate limit that is told in plain text', async () => {
    const limited = { status: 429, body: 'Rate limited.', headers: { 'retry-after': '1' } };
    await using server = await startServer({
      [PROJECT]: (_, count) => (count === 0 ? limited : page([])),
    });
    const sleeps: number[] = [];
    let now = Date.parse('2026-11-24T12:00:00Z');
    const clock = {
      now: () => now,
      sleep: async (milliseconds: number) => {
        sleeps.push(milliseconds);
        now += milliseconds;
      },
    };
    const { createFetch } = await import('@keyturn/http');
    const fetch = createFetch({ env: {}, clock, random: () => 0.5 });
    const sink = await openSink('circleci:gh/acme/web', server.url, { fetch, clock });
    await expect(sink.check(names, call)).resolves.toMatchObject({ present: [], warnings: [] });
    expect(sleeps[0]).toBeGreaterThanOrEqual(1000);
    expect(sleeps[0]).toBeLessThan(2000);
  });

  it('does not take a project whose reads are led on, since its writes are not', async () => {
    await using server = await startServer({
      [PROJECT]: { status: 301, headers: { location: '/api/v2/project/gh/acme/new/envvar' } },
      'GET /project/gh/acme/new/envvar': page([]),
    });
    const error = await errorOf(
      (await openSink('circleci:gh/acme/web', server.url)).check(names, call),
    );
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toContain('new name');
  });

  it.each([
    ['refuses', said(403, 'Permission denied.')],
    ['does not show', said(404, 'Project not found')],
    ['tells without an id', { status: 200, body: { id: '../me' } }],
  ])('goes on without a place where CircleCI %s the project itself', async (_title, reply) => {
    await using server = await startServer({ [PROJECT]: page([]), [READ_PROJECT]: reply });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const report = await sink.check(names, call);
    expect(report).toMatchObject({ present: [] });
    expect(report).not.toHaveProperty('place');
  });

  it('does not take a failure for a project without a place', async () => {
    const reply = said(500, 'Internal server error.');
    await using server = await startServer({ [PROJECT]: page([]), [READ_PROJECT]: reply });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', effect: 'none' });
  });

  it('tells the earliest time that CircleCI showed, and none of its own where it shows none', async () => {
    const dated = (date: string): Reply => ({ ...page([]), headers: { date } });
    const clockWith = async (first: string, second: string): Promise<string | undefined> => {
      await using server = await startServer({
        [PROJECT]: dated(first),
        [READ_PROJECT]: { status: 404, body: {}, headers: { date: second } },
      });
      const sink = await openSink('circleci:gh/acme/web', server.url);
      return (await sink.check(names, call)).clock;
    };
    const earlier = 'Tue, 24 Nov 2026 01:00:04 GMT';
    expect(await clockWith(SHOWN.text, earlier)).toBe('2026-11-24T01:00:04.000Z');
    expect(await clockWith(earlier, SHOWN.text)).toBe('2026-11-24T01:00:04.000Z');
    expect(await clockWith(SHOWN.text, 'soon')).toBe(SHOWN.iso);
    expect(await clockWith('soon', 'later')).toBeUndefined();
  });

  it('ends within a second once it is interrupted', async () => {
    const controller = new AbortController();
    await using server = await startServer({
      [PROJECT]: () => {
        controller.abort();
        return { status: 0, hang: true };
      },
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.check(names, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });
});
