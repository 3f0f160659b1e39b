import { inspect } from 'node:util';

import { KeyturnError, Secret, type SinkEntry } from '@keyturn/core';
import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { call, openSink, TOKEN } from './context.ts';
import { ALL, ID, LOOKUP, page, said, startServer } from './server.ts';

const PUT_ID = `PUT /context/${ID}/environment-variable/TOKEN_ID`;
const PUT_TOKEN = `PUT /context/${ID}/environment-variable/TOKEN`;
const POST = 'POST /project/gh/acme/web/envvar';
const DEPLOY = `circleci:gh/acme?context=${ID}`;
const CANARY = 'pscale_tkn_CANARY';
const entries: readonly SinkEntry[] = [
  { name: 'TOKEN_ID', value: 'id-1' },
  { name: 'TOKEN', value: new Secret(CANARY) },
];
const put = (name: string, more = {}): Reply => ({
  status: 200,
  body: { variable: name, updated_at: '2026-11-24T01:00:05.042Z', ...more },
});
const denied = said(403, 'no');

describe('a delivery that fails', () => {
  it.each<[string, Reply, Reply, Partial<KeyturnError>, RegExp]>([
    ['changed nothing', denied, denied, { code: 'PERMISSION_DENIED', effect: 'none' }, /403/],
    [
      'left the pair torn',
      put('TOKEN_ID'),
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
      'broke at CircleCI',
      said(500, 'Internal server error.'),
      put('TOKEN'),
      { code: 'REMOTE_FAILED', effect: 'unknown' },
      /TOKEN_ID might be new, TOKEN is new/,
    ],
    [
      'was answered by something else',
      { status: 200, body: '<h1>Sign in</h1>' },
      put('TOKEN'),
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN_ID might be new/,
    ],
    [
      'was answered for another name',
      put('TOKEN_ID'),
      put('TOKEN_ID'),
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN might be new/,
    ],
    [
      'shows another end',
      put('TOKEN_ID'),
      put('TOKEN', { truncated_value: 'else' }),
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN might be new/,
    ],
    [
      'was answered with another success',
      put('TOKEN_ID'),
      { status: 202, body: { variable: 'TOKEN' } },
      { code: 'ANSWER_INVALID', effect: 'unknown' },
      /TOKEN might be new/,
    ],
  ])('%s', async (_title, id, token, expected, message) => {
    await using server = await startServer({ [PUT_ID]: id, [PUT_TOKEN]: token });
    const error = await errorOf((await openSink(DEPLOY, server.url)).deliver(entries, call));
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(message);
    // No write is repeated unannounced.
    expect(server.received).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['another end', { name: 'TOKEN', value: 'xxxxelse' }],
    ['another name', { name: 'OTHER', value: 'xxxxNARY' }],
    ['no value', { name: 'TOKEN' }],
    ['a mere message', { message: 'fine' }],
  ])('is told by an answer of a project that shows %s', async (_title, body) => {
    await using server = await startServer({ [POST]: { status: 201, body } });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.deliver(entries.slice(1), call));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown', retryable: true });
    expect(server.received).toHaveLength(1);
  });

  it('writes nothing where the context is not found', async () => {
    await using server = await startServer({ [LOOKUP]: page([]), [ALL]: page([]) });
    const sink = await openSink('circleci:gh/acme?context=deploy', server.url);
    const error = await errorOf(sink.deliver(entries, call));
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND', effect: 'none' });
    expect(server.routes).toEqual([LOOKUP, ALL]);
  });

  it('ends within a second once it is interrupted, and does not say that nothing happened', async () => {
    const controller = new AbortController();
    const hang = (): Reply => {
      setImmediate(() => controller.abort());
      return { status: 0, hang: true };
    };
    await using server = await startServer({ [POST]: hang });
    const sink = await openSink('circleci:gh/acme/web', server.url);
    const error = await errorOf(sink.deliver(entries, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });

  it('never shows a value or the token, however deep one looks', async () => {
    const echo = ({ body, headers }: { body: Record<string, unknown>; headers: object }): Reply =>
      said(400, `${String(body['value'])} is wrong, ${JSON.stringify(headers)}`);
    const echoText = (received: Parameters<typeof echo>[0]): Reply => ({
      status: 400,
      body: `${JSON.stringify(received.body)} ${JSON.stringify(received.headers)}`,
    });
    const other = { status: 201, body: { name: 'TOKEN', value: 'xxxxelse' } };
    for (const reply of [echo, echoText, denied, other, { status: 0, cut: true }]) {
      await using server = await startServer({ [POST]: reply });
      const sink = await openSink('circleci:gh/acme/web', server.url);
      const error = await errorOf(sink.deliver(entries.slice(1), call));
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
      for (const hidden of [CANARY, TOKEN]) expect(shown).not.toContain(hidden);
    }
  });

  it('keeps what the context’s fetch says of a failure', async () => {
    const own = new KeyturnError('RATE_LIMITED', 'busy', { hint: 'Wait.', effect: 'none' });
    const fetch = (): Promise<Response> => Promise.reject(own);
    const sink = await openSink('circleci:gh/acme/web', 'http://127.0.0.1:1', { fetch });
    expect(await errorOf(sink.deliver(entries, call))).toBe(own);
  });

  it('hides an error of a fetch that is not ours', async () => {
    const fetch = (_: string, init?: object): Promise<Response> =>
      Promise.reject(Object.assign(new TypeError(`bad ${CANARY}`), { init }));
    const sink = await openSink('circleci:gh/acme/web', 'http://127.0.0.1:1', { fetch });
    const error = await errorOf(sink.deliver(entries, call));
    expect(error.effect).toBe('unknown');
    expect(inspect(error, { depth: Infinity, showHidden: true })).not.toMatch(/CANARY/);
  });
});
