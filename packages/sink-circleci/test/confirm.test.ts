import { ANY_TIME, fingerprint, Secret, type Receipt } from '@keyturn/core';
import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import { ID, page, said, startServer } from './server.ts';

const PROJECT = 'GET /project/gh/acme/web/envvar';
const CONTEXT = `GET /context/${ID}/environment-variable`;
const AT = '2026-11-24T12:00:00.042Z';
const AFTER = '2026-11-24T12:00:00.043Z';
const CLOCK = '2026-11-24T12:00:03.000Z';
const receipt: Receipt = { at: AT, clock: CLOCK, stamps: { TOKEN_ID: AT, TOKEN: AT } };
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
    since,
  }: {
    expected?: readonly { name: string; value?: string | Secret }[];
    by?: Receipt | null;
    since?: string;
  } = {},
) {
  await using server = await startServer(routes);
  const sink = await openSink(target, server.url);
  const verdict = await sink.confirm(expected, { receipt: by ?? undefined, since }, call);
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
    ['different', AT, AFTER],
    ['different', AFTER, undefined],
    ['unreadable', AT, undefined],
    ['unreadable', AT, 'yesterday'],
  ])('says %s by the stamps alone: %s, %s', async (verdict, id, token) => {
    expect(await atContext([written('TOKEN_ID', id), written('TOKEN', token)])).toBe(verdict);
  });

  it.each([
    ['same', AT, 'NEW1'],
    ['same', AT, undefined],
    ['different', AT, 'OLD1'],
    ['different', AFTER, 'NEW1'],
    ['unreadable', undefined, 'NEW1'],
  ])('says %s by stamp and end: %s, %s', async (verdict, time, tail) => {
    const items = [written('TOKEN_ID', AT, 'Id_1'), written('TOKEN', time, tail)];
    expect(await atContext(items, { expected: values })).toBe(verdict);
  });

  const both = [written('TOKEN_ID', AT, 'Id_1'), written('TOKEN', AT, 'NEW1')];

  it('does not take equal ends for equal values without a stamp', async () => {
    expect(await atContext(both, { expected: values, by: null })).toBe('unreadable');
    expect(await atContext(both, { by: { at: AT, clock: CLOCK } })).toBe('unreadable');
    expect(await atContext(both, { by: { ...receipt, stamps: { TOKEN: AT } } })).toBe('unreadable');
    expect(await atContext(both, { expected: [] })).toBe('unreadable');
  });

  it.each([
    ['unreadable', ANY_TIME],
    ['unreadable', '2026-11-24T12:00:02.000Z'],
    ['unreadable', '2026-11-24T12:00:13.000Z'],
    ['same', '2026-11-24T12:00:13.001Z'],
  ])('says %s if others may have written since %s', async (verdict, since) => {
    expect(await atContext(both, { since })).toBe(verdict);
    const { clock: _, ...blind } = receipt;
    expect(await atContext(both, { since, by: blind })).toBe('unreadable');
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
    { name: 'TOKEN_ID', value: `xxxx${id}`, 'created-at': AT },
    { name: 'TOKEN', value: `xxxx${token}`, 'created-at': null },
  ];
  const stamps = { TOKEN_ID: fingerprint('Id_1', 12), TOKEN: fingerprint('NEW1', 12) };
  const by = { at: AT, clock: CLOCK, stamps };

  it('tells another end, and nothing from an equal one', async () => {
    const verdict = (id: string, token: string) =>
      atProject(items(id, token), { expected: values, by: null });
    expect(await verdict('Id_1', 'NEW1')).toBe('unreadable');
    expect(await verdict('Id_1', 'OLD1')).toBe('different');
    expect(await verdict('Id_0', 'NEW1')).toBe('different');
  });

  it('tells another end without values too, by the trace that the write left', async () => {
    expect(await atProject(items('Id_1', 'NEW1'), { by })).toBe('unreadable');
    expect(await atProject(items('Id_1', 'OLD1'), { by })).toBe('different');
    expect(await atProject(items('Id_0', 'NEW1'), { by })).toBe('different');
    expect(await atProject(items('Id_1', ''), { by })).toBe('unreadable');
  });

  it('tells nothing without values and traces but what is missing', async () => {
    const blind = { by: { at: AT } };
    expect(await atProject(items('Id_1', 'NEW1'), blind)).toBe('unreadable');
    expect(await atProject(items('Id_1', 'NEW1').slice(1), blind)).toBe('different');
    expect(await atProject([], blind)).toBe('absent');
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
    const denied = said(403, 'no');
    expect(await errorOf(remove(denied, denied, GONE))).toMatchObject({
      code: 'PERMISSION_DENIED',
      effect: 'none',
    });
  });

  it('ends at the first that is refused', async () => {
    const error = await errorOf(remove(said(403, 'no'), DONE, GONE));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', effect: 'none' });
  });

  it.each<[string, Reply, Reply, Reply, RegExp]>([
    ['one is gone', DONE, said(403, 'no'), GONE, /403/],
    ['one may be gone', said(500, 'oh'), said(403, 'no'), GONE, /500/],
    ['what is left cannot be seen', DONE, GONE, GONE, /404/],
  ])('does not call a removal that failed without effect if %s', async (_, ...replies) => {
    const [id, token, list, message] = replies;
    const error = await errorOf(remove(id, token, list));
    expect(error).toMatchObject({ effect: 'unknown', message: expect.stringMatching(message) });
  });
});
