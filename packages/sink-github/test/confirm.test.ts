import type { Proof } from '@keyturn/core';
import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';
import { secret, secrets } from './replies.ts';

const BASE = '/repos/acme/web/actions/secrets';
const KEY = `GET ${BASE}/public-key`;
const LIST = `GET ${BASE}?per_page=100`;
const ONE = '2026-11-24T12:00:00Z';
const TWO = '2026-11-24T12:00:01Z';
const receipt = {
  at: '2026-11-24T12:00:01.000Z',
  clock: '2026-11-24T12:00:01.000Z',
  stamps: { TOKEN_ID: ONE, TOKEN: TWO },
};
const expected = [{ name: 'TOKEN_ID' }, { name: 'TOKEN' }];
const GONE: Reply = { status: 404, body: { message: 'Not Found' } };

async function confirmed(
  times: Readonly<Record<string, unknown>>,
  proof: Proof = { receipt },
  names = expected,
): Promise<string> {
  await using server = await startServer({ [LIST]: secrets(times) });
  const sink = await openSink('github:acme/web', server.url);
  const verdict = await sink.confirm(names, proof, call);
  expect(server.routes).toEqual([LIST]);
  return verdict;
}

describe('confirm', () => {
  it.each<[string, Record<string, unknown>]>([
    ['same', { TOKEN_ID: ONE, TOKEN: TWO }],
    ['same', { token_id: ONE, Token: TWO, OTHER: '2027-01-01T00:00:00Z' }],
    ['different', { TOKEN_ID: ONE, TOKEN: ONE }],
    ['different', { TOKEN_ID: TWO, TOKEN: TWO }],
    ['different', { TOKEN_ID: '2026-11-24T11:00:00Z', TOKEN: TWO }],
    ['different', { TOKEN_ID: ONE }],
    ['different', { TOKEN: undefined, TOKEN_ID: '2027-01-01T00:00:00Z' }],
    ['absent', { OTHER: ONE }],
    ['absent', {}],
    ['unreadable', { TOKEN_ID: ONE, TOKEN: undefined }],
    ['unreadable', { TOKEN_ID: ONE, TOKEN: 'yesterday' }],
    ['unreadable', { TOKEN_ID: ONE, TOKEN: 2026 }],
  ])('says %s in one request: %j', async (verdict, times) => {
    await expect(confirmed(times)).resolves.toBe(verdict);
  });

  it.each<[string, Proof['receipt']]>([
    ['is missing', undefined],
    ['is of an older version', { at: '2027-01-01T00:00:00.000Z' }],
    ['lacks a stamp', { ...receipt, stamps: { TOKEN: TWO } }],
  ])('proves nothing by a receipt that %s', async (_, one) => {
    await expect(confirmed({ TOKEN_ID: ONE, TOKEN: TWO }, { receipt: one })).resolves.toBe(
      'unreadable',
    );
  });

  // Two kept tokens in one second once passed for one, and the one in use was revoked.
  it.each([
    ['2026-11-24T12:00:01.000Z', 'unreadable'],
    ['2026-11-24T12:00:11.000Z', 'unreadable'],
    ['2026-11-24T12:00:12.000Z', 'same'],
    ['1970-01-01T00:00:00.000Z', 'unreadable'],
  ])(
    'takes an equal stamp for proof only if another write since %s would show: %s',
    async (since, verdict) => {
      const times = { TOKEN_ID: ONE, TOKEN: TWO };
      await expect(confirmed(times, { receipt, since })).resolves.toBe(verdict);
      const newer = { ...times, TOKEN: '2026-11-24T12:00:02Z' };
      await expect(confirmed(newer, { receipt, since })).resolves.toBe('different');
    },
  );

  it('says nothing of no names', async () => {
    const sink = await openSink('github:acme/web', 'http://127.0.0.1:1');
    await expect(sink.confirm([], { receipt }, call)).resolves.toBe('unreadable');
  });

  it('asks for one name alone, and for those that a longer list does not show', async () => {
    await using server = await startServer({
      [LIST]: secrets({ TOKEN_ID: ONE }, 101),
      [`GET ${BASE}/TOKEN`]: { status: 200, body: secret('TOKEN', TWO) },
    });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.confirm([{ name: 'TOKEN' }], { receipt }, call)).resolves.toBe('same');
    await expect(sink.confirm(expected, { receipt }, call)).resolves.toBe('same');
    expect(server.routes).toEqual([`GET ${BASE}/TOKEN`, LIST, `GET ${BASE}/TOKEN`]);
  });

  it('says absent of one name only where the scope can be seen', async () => {
    const one = [{ name: 'TOKEN' }];
    const [key, gone] = [(await keyPair()).reply, { [`GET ${BASE}/TOKEN`]: GONE }];
    await using open = await startServer({ [KEY]: key, ...gone });
    const sink = await openSink('github:acme/web', open.url);
    await expect(sink.confirm(one, { receipt }, call)).resolves.toBe('absent');
    for (const [reply, code] of [
      [GONE, 'TARGET_NOT_FOUND'],
      [{ status: 401, body: {} }, 'AUTH_DENIED'],
    ] as const) {
      await using closed = await startServer({ [KEY]: reply, ...gone });
      const blind = await openSink('github:acme/web', closed.url);
      expect(await errorOf(blind.confirm(one, { receipt }, call))).toMatchObject({ code });
    }
  });

  it.each<[string, Reply, string]>([
    ['the repository cannot be seen', GONE, 'TARGET_NOT_FOUND'],
    ['the token is refused', { status: 401, body: {} }, 'AUTH_DENIED'],
    ['GitHub refuses', { status: 403, body: {} }, 'PERMISSION_DENIED'],
    ['there is no list', { status: 200, body: {} }, 'ANSWER_INVALID'],
  ])('fails where %s', async (_title, reply, code) => {
    await using server = await startServer({ [LIST]: reply });
    const sink = await openSink('github:acme/web', server.url);
    expect(await errorOf(sink.confirm(expected, { receipt }, call))).toMatchObject({
      code,
      effect: 'none',
    });
  });
});

describe('remove', () => {
  const remove = async (id: Reply, token: Reply, key: Reply): Promise<void> => {
    await using server = await startServer({
      [KEY]: key,
      [`DELETE ${BASE}/TOKEN_ID`]: id,
      [`DELETE ${BASE}/TOKEN`]: token,
    });
    const sink = await openSink('github:acme/web', server.url);
    await sink.remove?.(['TOKEN_ID', 'TOKEN'], call);
    expect(server.routes).toContain(`DELETE ${BASE}/TOKEN`);
  };

  it('removes what is there, and is content with what is not', async () => {
    const { reply } = await keyPair();
    for (const [id, token] of [
      [{ status: 204 }, { status: 204 }],
      [{ status: 204 }, GONE],
      [GONE, GONE],
    ] as const)
      await expect(remove(id, token, reply)).resolves.toBeUndefined();
  });

  it('does not take what it cannot see for gone', async () => {
    expect(await errorOf(remove(GONE, GONE, GONE))).toMatchObject({ code: 'TARGET_NOT_FOUND' });
  });

  it('tells that it was refused', async () => {
    const denied = { status: 403, body: { message: 'no' } };
    expect(await errorOf(remove({ status: 204 }, denied, GONE))).toMatchObject({
      code: 'PERMISSION_DENIED',
    });
  });
});
