import { Secret, type SinkEntry } from '@keyturn/core';
import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, NOW, openSink } from './context.ts';
import { keyPair } from './key-pair.ts';
import { repository } from './replies.ts';

const BASE = '/repos/acme/web/actions/secrets';
const KEY = `GET ${BASE}/public-key`;
const PUT_ID = `PUT ${BASE}/TOKEN_ID`;
const PUT_TOKEN = `PUT ${BASE}/TOKEN`;
const CANARY = 'pscale_tkn_CANARY';
const entries: readonly SinkEntry[] = [
  { name: 'TOKEN_ID', value: 'id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const created: Reply = { status: 201, body: {} };
const updated: Reply = { status: 204 };
const denied: Reply = { status: 403, body: { message: 'no' } };
const sealedWrong: Reply = {
  status: 422,
  body: { message: 'Bad request - validation failed due to an improperly encrypted secret' },
};

describe('deliver', () => {
  it('seals every value for the key, and reads that once', async () => {
    const pair = await keyPair();
    await using server = await startServer({
      [KEY]: pair.reply,
      [PUT_ID]: created,
      [PUT_TOKEN]: updated,
      'GET /repos/acme/web': repository(),
    });
    const sink = await openSink('github:acme/web', server.url);
    await sink.check(['TOKEN_ID', 'TOKEN'], { ...call, known: true });
    await sink.deliver(entries, call);
    await sink.deliver(entries, call);
    expect(server.routes.filter((route) => route === KEY)).toHaveLength(1);
    const writes = server.received.filter(({ route }) => route.startsWith('PUT '));
    expect(writes).toHaveLength(4);
    for (const { route, body } of writes) {
      expect(Object.keys(body).toSorted()).toEqual(['encrypted_value', 'key_id']);
      expect(body['key_id']).toBe('568250167242549743');
      expect(pair.open(body['encrypted_value'])).toBe(route === PUT_ID ? 'id-1' : CANARY);
    }
  });

  it('writes all entries at the same time', async () => {
    let both: () => void = () => {};
    const arrived = new Promise<void>((resolve) => (both = resolve));
    let waiting = 0;
    const wait = async (): Promise<Reply> => {
      if (++waiting === 2) both();
      await arrived;
      return updated;
    };
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_ID]: wait,
      [PUT_TOKEN]: wait,
    });
    const sink = await openSink('github:acme/web', server.url);
    await sink.deliver(entries, call);
    expect(waiting).toBe(2);
  });

  it('tells when GitHub accepted the last write, by its clock', async () => {
    const at = (date: string): Reply => ({ ...updated, headers: { date } });
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_ID]: at('Tue, 24 Nov 2026 01:00:05 GMT'),
      [PUT_TOKEN]: at('Tue, 24 Nov 2026 01:00:04 GMT'),
    });
    const sink = await openSink('github:acme/web', server.url);
    const last = '2026-11-24T01:00:05.000Z';
    await expect(sink.deliver(entries, call)).resolves.toEqual({ at: last, clock: last });
  });

  it('tells by its own clock only for people, where GitHub tells no time', async () => {
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_TOKEN]: { ...updated, headers: { date: 'soon' } },
    });
    const sink = await openSink('github:acme/web', server.url);
    await expect(sink.deliver([{ name: 'TOKEN', value: 'x' }], call)).resolves.toEqual({
      at: new Date(NOW).toISOString(),
    });
  });

  it('never shares a key between scopes, though both have the same id', async () => {
    const [outer, environment] = [await keyPair('1'), await keyPair('1')];
    const base = '/repos/acme/web/environments/production/secrets';
    await using server = await startServer({
      [KEY]: outer.reply,
      [PUT_TOKEN]: updated,
      [`GET ${base}/public-key`]: environment.reply,
      [`PUT ${base}/TOKEN`]: updated,
    });
    for (const target of ['github:acme/web', 'github:acme/web?environment=production'])
      await (await openSink(target, server.url)).deliver([{ name: 'TOKEN', value: 'x' }], call);
    const sealed = (route: string): unknown =>
      server.received.find((one) => one.route === route)?.body['encrypted_value'];
    expect(outer.open(sealed(PUT_TOKEN))).toBe('x');
    expect(environment.open(sealed(`PUT ${base}/TOKEN`))).toBe('x');
  });

  it('reads the key once more where it was replaced meanwhile', async () => {
    const [old, fresh] = [await keyPair('1'), await keyPair('2')];
    const write = (received: { body: Record<string, unknown> }): Reply =>
      received.body['key_id'] === '2' ? updated : sealedWrong;
    await using server = await startServer({
      [KEY]: (_, count) => (count === 0 ? old.reply : fresh.reply),
      [PUT_ID]: write,
      [PUT_TOKEN]: write,
    });
    const sink = await openSink('github:acme/web', server.url);
    await sink.deliver(entries, call);
    expect(server.routes.filter((route) => route === KEY)).toHaveLength(2);
    const writes = server.received.filter(({ route }) => route.startsWith('PUT '));
    expect(writes).toHaveLength(4);
    expect(fresh.open(writes.at(-1)?.body['encrypted_value'])).toBeDefined();
  });

  it('tries a second key only once', async () => {
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_ID]: sealedWrong,
      [PUT_TOKEN]: sealedWrong,
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject({ code: 'REMOTE_REJECTED', effect: 'none' });
    expect(server.received).toHaveLength(6);
  });

  it('writes nothing where the key cannot be read or used', async () => {
    const weak = { key_id: '1', key: Buffer.alloc(32).toString('base64') };
    for (const reply of [denied, { status: 502 }, { status: 200, body: weak }]) {
      await using server = await startServer({ [KEY]: reply });
      const sink = await openSink('github:acme/web', server.url);
      const error = await errorOf(sink.deliver(entries, call));
      expect(error.effect).toBe('none');
      expect(new Set(server.routes)).toEqual(new Set([KEY]));
    }
  });
});
