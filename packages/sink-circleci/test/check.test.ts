import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import {
  ALL,
  found,
  ID,
  LOOKUP,
  ORGANIZATION_ID,
  OTHER_ID,
  page,
  PROJECT_ID,
  READ_GROUPS,
  READ_PROJECT,
  said,
  SHOWN,
  startServer,
} from './server.ts';

const PROJECT = 'GET /project/gh/acme/web/envvar';
const CONTEXT = `GET /context/${ID}/environment-variable`;
const names = ['TOKEN_ID', 'TOKEN'];
const variable = (name: string): object => ({
  variable: name,
  context_id: ID,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-02-02T00:00:00.000Z',
});

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
    ['a wrong token', said(401, 'Invalid token provided.'), 'AUTH_DENIED', /projects do not work/],
    ['a refusal', said(403, 'Permission denied.'), 'PERMISSION_DENIED', /settings of the project/],
    [
      'what is not there, or may not be seen',
      said(404, 'Project does not exist.'),
      'TARGET_NOT_FOUND',
      /the project gh\/acme\/web .*is not there, or the token may not see it/,
    ],
    ['a failing server', said(500, 'Internal server error.'), 'REMOTE_FAILED', /again/],
    ['words without JSON', { status: 403, body: 'No.' }, 'PERMISSION_DENIED', /settings/],
    ['another web server', { status: 200, body: '<h1>Hi</h1>' }, 'ANSWER_INVALID', /address/],
    ['no list', { status: 200, body: {} }, 'ANSWER_INVALID', /CIRCLE_HOST/],
    ['pages without end', page([], 'same'), 'ANSWER_INVALID', /CIRCLE_HOST/],
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
    expect(sleeps[0]).toBe(1000);
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

describe('check of a context', () => {
  it('looks its id up and tells what is there, and since when', async () => {
    await using server = await startServer({
      [LOOKUP]: found,
      [CONTEXT]: page([variable('TOKEN')], 'two'),
      [`${CONTEXT}?page-token=two`]: page([variable('TOKEN_ID')]),
    });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const updatedAt = '2026-02-02T00:00:00.000Z';
    await expect(sink.check(names, call)).resolves.toEqual({
      present: names.map((name) => ({ name, updatedAt })),
      place: `context:${ID}`,
      clock: SHOWN.iso,
      warnings: [],
    });
    expect(server.routes[0]).toBe(LOOKUP);
    expect(server.routes.slice(1).toSorted()).toEqual([
      CONTEXT,
      `${CONTEXT}?page-token=two`,
      READ_GROUPS,
    ]);
  });

  it('needs no look-up for an id', async () => {
    await using server = await startServer({ [CONTEXT]: page([]) });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    expect(await sink.check(names, call)).toMatchObject({ place: `context:${ID}` });
    expect(server.routes.toSorted()).toEqual([CONTEXT, READ_GROUPS]);
  });

  it('asks a server install by the id of the account', async () => {
    await using server = await startServer({
      [`GET /context?owner-id=${OTHER_ID}&owner-type=account&name=deploy`]: found,
      [CONTEXT]: page([]),
    });
    await (await openSink(`circleci:${OTHER_ID}?context=deploy`, server.url)).check(names, call);
    expect(server.routes).toHaveLength(3);
  });

  it('asks circleci.com by the id of the organization', async () => {
    const asked: string[] = [];
    const fetch = (url: string): Promise<Response> => {
      asked.push(url);
      const items = asked.length === 1 ? [{ id: ID, name: 'deploy' }] : [];
      return Promise.resolve(Response.json({ items, next_page_token: null }));
    };
    const env = { CIRCLECI_TOKEN: TOKEN };
    const sink = await openSink(`circleci:${OTHER_ID}?context=deploy`, '', { env, fetch });
    await sink.check(names, call);
    expect(asked[0]).toBe(
      `https://circleci.com/api/v2/context?owner-id=${OTHER_ID}&owner-type=organization&name=deploy`,
    );
  });

  it('finds the name on a later page where the filter is not known', async () => {
    await using server = await startServer({
      [LOOKUP]: page([{ id: OTHER_ID, name: 'deploy-old' }], 'two'),
      [`${LOOKUP}&page-token=two`]: found,
      [CONTEXT]: page([]),
    });
    await (await openSink('circleci:gh/acme?context=deploy', server.url)).check(names, call);
    expect(server.routes).toContain(CONTEXT);
  });

  it('finds the name though the filter found nothing', async () => {
    await using server = await startServer({
      [LOOKUP]: page([]),
      [ALL]: found,
      [CONTEXT]: page([]),
    });
    await (await openSink('circleci:gh/acme?context=deploy', server.url)).check(names, call);
    expect(server.routes.slice(0, 2)).toEqual([LOOKUP, ALL]);
    expect(server.routes).toContain(CONTEXT);
  });

  it.each<[string, readonly object[], RegExp]>([
    ['with a name that is near', [{ id: ID, name: 'Deploy' }], /Did you mean "Deploy"\?.*may see/],
    ['without one', [{ id: ID, name: 'release' }], /is not there, or the token may not see it/],
  ])('says that there is no such context, %s', async (_title, items, hint) => {
    await using server = await startServer({ [LOOKUP]: page([]), [ALL]: page(items) });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toMatch(hint);
  });

  it('makes no path of an id that is none', async () => {
    const items = [{ id: '../me', name: 'deploy' }];
    await using server = await startServer({ [LOOKUP]: page(items) });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
    expect(server.routes).toHaveLength(1);
  });

  it('does not choose between two of one name', async () => {
    const items = [ID, OTHER_ID].map((id) => ({ id, name: 'deploy' }));
    await using server = await startServer({ [LOOKUP]: page(items) });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(error.hint).toContain(`context=${ID} or ${OTHER_ID}`);
  });

  it.each([400, 404])('tells that a server knows no slugs: %i', async (status) => {
    await using server = await startServer({ [LOOKUP]: said(status, 'no') });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const error = await errorOf(sink.check(names, call));
    expect(error.hint).toContain('circleci:ORG-ID?context=NAME');
  });

  const group = (name: string, value: string): object => ({
    restriction_type: 'group',
    restriction_value: value,
    name,
  });
  const warningsWith = async (
    target: string,
    reply: Reply,
    options: { known?: boolean } = {},
  ): Promise<readonly string[]> => {
    await using server = await startServer({ [CONTEXT]: page([]), [READ_GROUPS]: reply });
    const sink = await openSink(target, server.url);
    const { warnings } = await sink.check(names, { ...call, ...options });
    expect(server.routes.includes(READ_GROUPS)).toBe(options.known !== true);
    return warnings;
  };
  const BY_ID = `circleci:gh/acme?context=${ID}`;

  it('says whose members alone may change it', async () => {
    const restricted = page([
      group('Deployers', OTHER_ID),
      { restriction_type: 'expression', restriction_value: 'true' },
    ]);
    expect(await warningsWith(BY_ID, restricted)).toEqual([
      expect.stringContaining('only members of Deployers can change its variables'),
    ]);
    expect(await warningsWith(BY_ID, restricted, { known: true })).toEqual([]);
  });

  it.each<[string, string, Reply]>([
    ['for everybody, by name', BY_ID, page([group('All members', ORGANIZATION_ID)])],
    [
      'for everybody, by id',
      `circleci:${ORGANIZATION_ID}?context=${ID}`,
      page([group('Everyone', ORGANIZATION_ID), group('Deployers', OTHER_ID)]),
    ],
    ['for a project', BY_ID, page([{ restriction_type: 'project', restriction_value: ID }])],
    ['for whom, is not told', BY_ID, said(403, 'Permission denied.')],
  ])('has nothing to say of a restriction %s', async (_title, target, reply) => {
    expect(await warningsWith(target, reply)).toEqual([]);
  });

  const withVariables = async (count: number) => {
    const items = Array.from({ length: count }, (_, i) => variable(`V${i}`));
    const server = await startServer({ [CONTEXT]: page(items) });
    return { server, sink: await openSink(`circleci:gh/acme?context=${ID}`, server.url) };
  };

  it.each([
    [99, ['TOKEN']],
    [100, ['V1', 'V2']],
    [101, ['V1']],
  ])('with %i variables there, there is room for %j', async (count, wanted) => {
    const { server, sink } = await withVariables(count);
    await using _ = server;
    await expect(sink.check(wanted, call)).resolves.toMatchObject({ warnings: [] });
  });

  it.each([
    [99, ['TOKEN', 'TOKEN_ID']],
    [100, ['V1', 'TOKEN']],
  ])('with %i variables there, there is no room for %j', async (count, wanted) => {
    const { server, sink } = await withVariables(count);
    await using _ = server;
    const error = await errorOf(sink.check(wanted, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(error.message).toContain('TOKEN');
  });
});
