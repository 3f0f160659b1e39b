import { inspect } from 'node:util';

import { KeyturnError, Secret, type SinkEntry } from '@keyturn/core';
import { errorOf, type Reply, startServer } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { keyPair } from './key-pair.ts';

const BASE = '/repos/acme/web/actions/secrets';
const KEY = `GET ${BASE}/public-key`;
const PUT_ID = `PUT ${BASE}/TOKEN_ID`;
const PUT_TOKEN = `PUT ${BASE}/TOKEN`;
const CANARY = 'pscale_tkn_CANARY';
const entries: readonly SinkEntry[] = [
  { name: 'TOKEN_ID', value: 'id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const updated: Reply = { status: 204 };
const denied: Reply = { status: 403, body: { message: 'no' } };

describe('a delivery that fails', () => {
  it.each<[string, Reply, Reply, Partial<KeyturnError>, RegExp]>([
    ['changed nothing', denied, denied, { code: 'PERMISSION_DENIED', effect: 'none' }, /403/],
    [
      'left the pair torn',
      updated,
      denied,
      { code: 'PERMISSION_DENIED', effect: 'unknown' },
      /TOKEN_ID is new, TOKEN is unchanged/,
    ],
    [
      'may have left it torn',
      { status: 0, cut: true },
      denied,
      { code: 'NETWORK_FAILED', effect: 'unknown' },
      /TOKEN_ID might be new, TOKEN is unchanged/,
    ],
    [
      'broke at GitHub',
      { status: 500, body: { message: 'Server Error' } },
      updated,
      { code: 'REMOTE_FAILED', effect: 'unknown' },
      /TOKEN_ID might be new, TOKEN is new/,
    ],
    [
      'was answered by something else',
      { status: 200, body: '<h1>Sign in</h1>' },
      updated,
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN_ID might be new/,
    ],
  ])('%s', async (_title, id, token, expected, message) => {
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_ID]: id,
      [PUT_TOKEN]: token,
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(message);
    // No write is repeated unannounced.
    expect(server.received).toHaveLength(3);
  });

  it('ends within a second once it is interrupted, and does not say that nothing happened', async () => {
    const controller = new AbortController();
    const hang = (): Reply => {
      setImmediate(() => controller.abort());
      return { status: 0, hang: true };
    };
    await using server = await startServer({
      [KEY]: (await keyPair()).reply,
      [PUT_ID]: hang,
      [PUT_TOKEN]: hang,
    });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.deliver(entries, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });

  it('never shows a value or the token, however deep one looks', async () => {
    let sealed = '';
    const echo = ({ body, headers }: { body: Record<string, unknown>; headers: object }): Reply => {
      sealed = String(body['encrypted_value']);
      return {
        status: 422,
        body: {
          message: `Invalid request.\n\n${sealed} does not match /^(?:[A-Za-z0-9+/]{4})*/.`,
          errors: [{ message: `${sealed} ${JSON.stringify(headers)}` }],
        },
      };
    };
    const replies = [echo, denied, { status: 0, cut: true }, { status: 200, body: '<p>' }];
    for (const reply of replies) {
      await using server = await startServer({
        [KEY]: (await keyPair()).reply,
        [PUT_TOKEN]: reply,
      });
      const sink = await openSink('github:acme/web', server.url);
      const entry = { name: 'TOKEN', value: new Secret(CANARY) };
      const error = await errorOf(sink.deliver([entry], call));
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
      for (const hidden of [CANARY, TOKEN, sealed].filter(Boolean))
        expect(shown).not.toContain(hidden);
    }
    expect(sealed).not.toBe('');
  });

  it('keeps what the context’s fetch says of a failure', async () => {
    const pair = await keyPair();
    const own = new KeyturnError('RATE_LIMITED', 'busy', { hint: 'Wait.', effect: 'none' });
    const fetch = (_: string, init?: { method?: string }): Promise<Response> =>
      init?.method === 'GET'
        ? Promise.resolve(Response.json(pair.reply.body))
        : Promise.reject(own);
    const sink = await openSink('github:acme/web', 'http://127.0.0.1:1', { fetch });
    expect(await errorOf(sink.deliver([{ name: 'TOKEN', value: 'x' }], call))).toBe(own);
  });

  it('hides an error of a fetch that is not ours', async () => {
    const fetch = (_: string, init?: object): Promise<Response> =>
      Promise.reject(Object.assign(new TypeError(`bad ${CANARY}`), { init }));
    const sink = await openSink('github:acme/web', 'http://127.0.0.1:1', { fetch });
    const error = await errorOf(sink.check(['TOKEN'], call));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/CANARY/);
  });
});
