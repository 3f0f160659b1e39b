import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';

const BASE = '/repos/acme/web/actions/secrets';
const KEY = `GET ${BASE}/public-key`;
const receipt = { at: '2026-11-24T12:00:00.000Z' };
const expected = [{ name: 'TOKEN_ID' }, { name: 'TOKEN' }];
const written = (time?: unknown): Reply => ({
  status: 200,
  body: { name: 'TOKEN', created_at: '2026-01-01T00:00:00Z', updated_at: time },
});
const BEFORE = written('2026-11-24T11:59:59Z');
const AT = written('2026-11-24T12:00:00Z');
const ROUNDED = written('2026-11-24T12:00:01Z');
const AFTER = written('2026-11-24T12:00:02Z');
const GONE: Reply = { status: 404, body: { message: 'Not Found' } };

describe('confirm', () => {
  it.each<[string, Reply, Reply]>([
    ['same', AT, AT],
    ['same', BEFORE, AT],
    ['same', AT, ROUNDED],
    ['different', AT, AFTER],
    ['different', AFTER, AT],
    ['different', AT, GONE],
    ['different', written(), AFTER],
    ['absent', GONE, GONE],
    ['unreadable', AT, written()],
    ['unreadable', AT, written('yesterday')],
    ['unreadable', AT, written('1')],
    ['unreadable', AT, written(2026)],
  ])('says %s', async (confirmation, id, token) => {
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [`GET ${BASE}/TOKEN_ID`]: id,
      [`GET ${BASE}/TOKEN`]: token,
    });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.confirm(expected, { receipt }, call)).resolves.toBe(confirmation);
  });

  it('costs one request for each secret', async () => {
    await using server = await startServer({
      [`GET ${BASE}/TOKEN_ID`]: AT,
      [`GET ${BASE}/TOKEN`]: AT,
    });
    await (await openSink('github:acme/web', server.url)).confirm(expected, { receipt }, call);
    expect(server.received).toHaveLength(2);
  });

  it('does not guess without a receipt, nor by one that tells no time', async () => {
    await using server = await startServer({
      [`GET ${BASE}/TOKEN_ID`]: AT,
      [`GET ${BASE}/TOKEN`]: AT,
    });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.confirm(expected, {}, call)).resolves.toBe('unreadable');
    await expect(sink.confirm(expected, { receipt: { at: '' } }, call)).resolves.toBe('unreadable');
    await expect(sink.confirm([], { receipt }, call)).resolves.toBe('unreadable');
  });

  it.each<[string, Reply, string]>([
    ['the repository cannot be seen', GONE, 'TARGET_NOT_FOUND'],
    ['the token is refused', { status: 401, body: {} }, 'AUTH_DENIED'],
  ])('does not say absent where %s', async (_title, key, code) => {
    await using server = await startServer({
      [KEY]: key,
      [`GET ${BASE}/TOKEN_ID`]: GONE,
      [`GET ${BASE}/TOKEN`]: GONE,
    });
    const sink = await openSink('github:acme/web', server.url);
    expect(await errorOf(sink.confirm(expected, { receipt }, call))).toMatchObject({ code });
  });

  it('fails where GitHub does', async () => {
    await using server = await startServer({
      [`GET ${BASE}/TOKEN_ID`]: AT,
      [`GET ${BASE}/TOKEN`]: { status: 403, body: {} },
    });
    const sink = await openSink('github:acme/web', server.url);
    expect(await errorOf(sink.confirm(expected, { receipt }, call))).toMatchObject({
      code: 'PERMISSION_DENIED',
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
