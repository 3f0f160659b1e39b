import { Secret } from '@keyturn/core';
import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import { ID, page, said, startServer } from './server.ts';

const PROJECT = 'GET /project/gh/acme/web/envvar';
const CONTEXT = `GET /context/${ID}/environment-variable`;
const receipt = { at: '2026-11-24T12:00:00.042Z' };
const values = [
  { name: 'TOKEN_ID', value: 'abcdefghId_1' },
  { name: 'TOKEN', value: new Secret('pscale_tkn_NEW1') },
];
const names = values.map(({ name }) => ({ name }));
const written = (name: string, updatedAt?: string, tail?: string): object => ({
  variable: name,
  updated_at: updatedAt,
  truncated_value: tail,
});
const BEFORE = '2026-11-24T12:00:00.041Z';
const AT = receipt.at;
const AFTER = '2026-11-24T12:00:00.043Z';

const atContext = async (items: readonly object[], ...rest: Parameters<typeof confirmAt>[2][]) =>
  confirmAt(`circleci:gh/acme?context=${ID}`, { [CONTEXT]: page(items) }, ...rest);
const atProject = async (items: readonly object[], ...rest: Parameters<typeof confirmAt>[2][]) =>
  confirmAt('circleci:gh/acme/web', { [PROJECT]: page(items) }, ...rest);

async function confirmAt(
  target: string,
  routes: Record<string, Reply>,
  {
    expected = names,
    by = receipt,
  }: {
    expected?: readonly { name: string; value?: string | Secret }[];
    by?: { at: string } | null;
  } = {},
) {
  await using server = await startServer(routes);
  const sink = await openSink(target, server.url);
  const verdict = await sink.confirm(expected, { receipt: by ?? undefined }, call);
  expect(server.routes).toHaveLength(1);
  return verdict;
}

describe('confirm', () => {
  it.each([[null], [7], [{}], [{ variable: 7, name: 7 }]])(
    'does not take %j in the list for some other variable',
    async (item) => {
      for (const [target, route] of [
        ['circleci:gh/acme/web', PROJECT],
        [`circleci:gh/acme?context=${ID}`, CONTEXT],
      ] as const) {
        await using server = await startServer({ [route]: page([item as object]) });
        const sink = await openSink(target, server.url);
        const error = await errorOf(sink.confirm(names, { receipt }, call));
        expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
      }
    },
  );
});

describe('confirm of a context', () => {
  it.each([
    ['same', AT, AT],
    ['same', BEFORE, AT],
    ['different', AT, AFTER],
    ['different', AFTER, undefined],
    ['unreadable', AT, undefined],
    ['unreadable', AT, 'yesterday'],
  ])('says %s by the times alone: %s, %s', async (verdict, id, token) => {
    expect(await atContext([written('TOKEN_ID', id), written('TOKEN', token)])).toBe(verdict);
  });

  it.each([
    ['same', AT, 'NEW1'],
    ['same', AT, undefined],
    ['different', AT, 'OLD1'],
    ['different', AFTER, 'NEW1'],
    ['unreadable', undefined, 'NEW1'],
  ])('says %s by time and end: %s, %s', async (verdict, time, tail) => {
    const items = [written('TOKEN_ID', AT, 'Id_1'), written('TOKEN', time, tail)];
    expect(await atContext(items, { expected: values })).toBe(verdict);
  });

  it('does not take equal ends for equal values without a receipt', async () => {
    const items = [written('TOKEN_ID', AT, 'Id_1'), written('TOKEN', AT, 'NEW1')];
    expect(await atContext(items, { expected: values, by: null })).toBe('unreadable');
    expect(await atContext(items, { by: { at: 'never' } })).toBe('unreadable');
    expect(await atContext(items, { expected: [] })).toBe('unreadable');
  });

  it('takes a receipt of whole seconds for the whole second', async () => {
    const by = { at: '2026-11-24T12:00:00.000Z' };
    const items = (time: string) => names.map(({ name }) => written(name, time));
    expect(await atContext(items('2026-11-24T12:00:00.999Z'), { by })).toBe('same');
    expect(await atContext(items('2026-11-24T12:00:01.000Z'), { by })).toBe('different');
  });

  it('tells what is missing', async () => {
    expect(await atContext([written('TOKEN', AT)])).toBe('different');
    expect(await atContext([written('OTHER', AT)])).toBe('absent');
  });

  it.each([
    [said(404, 'Context not found.'), 'TARGET_NOT_FOUND'],
    [said(401, 'Invalid token provided.'), 'AUTH_DENIED'],
    [{ status: 429, body: 'Rate limited.', headers: { 'retry-after': '9999' } }, 'RATE_LIMITED'],
  ])('guesses nothing where it may not look: %j', async (reply, code) => {
    await using server = await startServer({ [CONTEXT]: reply });
    const sink = await openSink(`circleci:gh/acme?context=${ID}`, server.url);
    expect(await errorOf(sink.confirm(names, { receipt }, call))).toMatchObject({ code });
  });
});

describe('confirm of a project', () => {
  const items = (id: string, token: string): object[] => [
    { name: 'TOKEN_ID', value: `xxxx${id}`, 'created-at': BEFORE },
    { name: 'TOKEN', value: `xxxx${token}`, 'created-at': null },
  ];

  it('tells another end, and nothing from an equal one', async () => {
    const verdict = (id: string, token: string) =>
      atProject(items(id, token), { expected: values });
    expect(await verdict('Id_1', 'NEW1')).toBe('unreadable');
    expect(await verdict('Id_1', 'OLD1')).toBe('different');
    expect(await verdict('Id_0', 'NEW1')).toBe('different');
  });

  it('tells nothing without values but what is missing', async () => {
    expect(await atProject(items('Id_1', 'NEW1'))).toBe('unreadable');
    expect(await atProject(items('Id_1', 'NEW1').slice(1))).toBe('different');
    expect(await atProject([])).toBe('absent');
  });
});

describe('holds', () => {
  it.each([
    ['circleci:gh/acme/web', PROJECT, { name: 'TOKEN', value: 'xxxxNEW1' }, { tail: 'NEW1' }],
    ['circleci:gh/acme/web', PROJECT, { name: 'TOKEN', value: 'xxxx' }, undefined],
    [`circleci:gh/acme?context=${ID}`, CONTEXT, written('TOKEN', AT, 'NEW1'), { tail: 'NEW1' }],
    [`circleci:gh/acme?context=${ID}`, CONTEXT, written('TOKEN', AT), undefined],
    [`circleci:gh/acme?context=${ID}`, CONTEXT, written('TOKEN_ID', AT, 'Id_1'), undefined],
  ])('%s shows the end of the last name: %s %j', async (target, route, item, hint) => {
    await using server = await startServer({ [route]: page([item]) });
    const sink = await openSink(target, server.url);
    await expect(sink.holds?.(['TOKEN_ID', 'TOKEN'], call)).resolves.toEqual(hint);
  });
});

describe('remove', () => {
  const GONE = said(404, 'Environment variable not found.');
  const DONE = said(200, 'Environment variable deleted.');
  const remove = async (id: Reply, token: Reply, list: Reply): Promise<readonly string[]> => {
    await using server = await startServer({
      'DELETE /project/gh/acme/web/envvar/TOKEN_ID': id,
      'DELETE /project/gh/acme/web/envvar/TOKEN': token,
      [PROJECT]: list,
    });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    await sink.remove?.(['TOKEN_ID', 'TOKEN'], call);
    return server.routes;
  };

  it('removes what is there, and is content with what is not', async () => {
    expect(await remove(DONE, DONE, GONE)).toHaveLength(2);
    expect(await remove(DONE, GONE, page([]))).toHaveLength(3);
  });

  it('does not take what it cannot see for gone', async () => {
    expect(await errorOf(remove(GONE, GONE, GONE))).toMatchObject({ code: 'TARGET_NOT_FOUND' });
  });

  it('tells that it was refused', async () => {
    expect(await errorOf(remove(DONE, said(403, 'no'), GONE))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
