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
  READ_GROUPS,
  said,
  SHOWN,
  startServer,
} from './server.ts';

const CONTEXT = `GET /context/${ID}/environment-variable`;
const names = ['TOKEN_ID', 'TOKEN'];
const variable = (name: string): object => ({
  variable: name,
  context_id: ID,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-02-02T00:00:00.000Z',
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
    ['with a name that is near', [{ id: ID, name: 'Deploy' }], /"Deploy"/],
    ['without one', [{ id: ID, name: 'release' }], /context "deploy"/],
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
    expect(await warningsWith(BY_ID, restricted)).toEqual([expect.stringContaining('Deployers')]);
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
