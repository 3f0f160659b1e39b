import { errorOf, startServer, type Reply, type Routes } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';
import { repository, secret, secrets } from './replies.ts';

const BASE = '/repos/acme/web/actions/secrets';
const LIST = `GET ${BASE}?per_page=100`;
const OLD = '2026-11-24T11:00:00Z';
const NEW = '2026-11-24T12:00:00Z';
const names = ['TOKEN_ID', 'TOKEN'];
const entries = names.map((name) => ({ name, value: 'x' }));

async function serve(routes: Routes) {
  return startServer({
    [`GET ${BASE}/public-key`]: (await keyPair()).reply,
    'GET /repos/acme/web': repository(),
    [`PUT ${BASE}/TOKEN_ID`]: { status: 204 },
    [`PUT ${BASE}/TOKEN`]: { status: 204 },
    ...routes,
  });
}

describe('the stamps of a delivery', () => {
  it('are read once, after all writes', async () => {
    await using server = await serve({ [LIST]: secrets({ TOKEN_ID: OLD, token: NEW }) });
    const sink = await openSink('github:acme/web', server.url);
    const { stamps } = await sink.deliver(entries, call);
    expect(stamps).toEqual({ TOKEN_ID: OLD, TOKEN: NEW });
    expect(server.routes.filter((route) => route === LIST)).toHaveLength(1);
    expect(server.routes.at(-1)).toBe(LIST);
  });

  it('are read alone for one name', async () => {
    const get = `GET ${BASE}/TOKEN`;
    await using server = await serve({ [get]: { status: 200, body: secret('TOKEN', NEW) } });
    const sink = await openSink('github:acme/web', server.url);
    const { stamps } = await sink.deliver([{ name: 'TOKEN', value: 'x' }], call);
    expect([stamps, server.routes.at(-1)]).toEqual([{ TOKEN: NEW }, get]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['GitHub does not show', {}],
    ['are no time', { TOKEN: 'x'.repeat(50), TOKEN_ID: 7 }],
  ])('leave out those that %s', async (_, times) => {
    await using server = await serve({ [LIST]: secrets(times, 300) });
    const sink = await openSink('github:acme/web', server.url);
    expect(await sink.deliver(entries, call)).not.toHaveProperty('stamps');
    expect(server.routes.filter((route) => route === LIST)).toHaveLength(1);
  });

  it.each(['check', 'delivery', 'look'])(
    'leave out what an earlier %s has shown already: it may be of the write before',
    async (earlier) => {
      const later = secrets({ TOKEN_ID: '2026-11-24T12:00:01Z', TOKEN: NEW });
      await using server = await serve({
        [LIST]: (_, count) => (count === 0 ? secrets({ TOKEN_ID: NEW, TOKEN: NEW }) : later),
      });
      const sink = await openSink('github:acme/web', server.url);
      if (earlier === 'check') await sink.check(names, call);
      if (earlier === 'delivery') await sink.deliver(entries, call);
      if (earlier === 'look') await sink.confirm(entries, {}, call);
      const { stamps } = await sink.deliver(entries, call);
      expect(stamps).toEqual({ TOKEN_ID: '2026-11-24T12:00:01Z' });
    },
  );

  it.each<[string, Reply]>([
    ['is refused', { status: 403, body: { message: 'no' } }],
    ['fails', { status: 500, body: {} }],
    ['is lost', { status: 0, cut: true }],
    ['is no list', { status: 200, body: '<h1>Hello</h1>' }],
  ])('are missing, and the delivery succeeded, where the look %s', async (_, reply) => {
    await using server = await serve({ [LIST]: reply });
    const sink = await openSink('github:acme/web', server.url);
    const receipt = await sink.deliver(entries, call);
    expect(receipt).toEqual({ at: expect.any(String), clock: expect.any(String) });
  });

  it('are not waited for after an interrupt, which does not say that nothing was written', async () => {
    const controller = new AbortController();
    const hang = (): Reply => {
      setImmediate(() => controller.abort());
      return { status: 0, hang: true };
    };
    await using server = await serve({ [LIST]: hang });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.deliver(entries, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });
});
