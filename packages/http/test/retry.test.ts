import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { responseError } from '../src/index.ts';
import { failure, http } from './support/http.ts';
import { answer, closedPort, reset, serve } from './support/servers.ts';

describe('what is safe to repeat', () => {
  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])(
    'sends %s again after a broken connection',
    async (method) => {
      const server = await serve(reset, answer(200));
      const { fetch } = http();
      expect((await fetch(`${server.url}/`, { method })).status).toBe(200);
      expect(server.requests).toHaveLength(2);
    },
  );

  it.each([502, 503, 504])('sends a PUT again after a %d', async (status) => {
    const server = await serve(answer(status), answer(200));
    const { fetch } = http();
    const response = await fetch(`${server.url}/`, { method: 'PUT', body: 'x' });
    expect(response.status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual(['x', 'x']);
  });

  it('leaves a doubt about what a 502 did', async () => {
    const server = await serve(answer(502), answer(403));
    const { fetch } = http();
    const response = await fetch(server.url, { method: 'PUT' });
    expect((await responseError(response, { what: 'x' })).effect).toBe('unknown');
  });

  it('leaves that doubt to a run that was overtaken before it could ask again', async () => {
    const server = await serve(answer(502), answer(200));
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    let asked = 0;
    const beforeWrite = (): Promise<void> =>
      ++asked === 1 ? Promise.resolve() : Promise.reject(overtaken);
    const error = await failure(http().fetch(server.url, { method: 'PUT', beforeWrite }));
    expect(error).toMatchObject({ code: 'STATE_LOST', effect: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it('sends a GET again after a 500, but not a PUT', async () => {
    const reading = await serve(answer(500), answer(200));
    const writing = await serve(answer(500), answer(200));
    const { fetch } = http();
    expect((await fetch(reading.url)).status).toBe(200);
    expect((await fetch(writing.url, { method: 'PUT' })).status).toBe(500);
  });

  it('doubles the bound of its waits, and gives the last answer in the end', async () => {
    const server = await serve(answer(503));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(5);
    expect(clock.slept).toEqual([250, 500, 1000, 2000]);
  });

  it('never sends more than it was told to', async () => {
    const server = await serve(answer(503));
    const { fetch } = http({ retries: 0 });
    expect((await fetch(server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });
});

describe('a 503 with Retry-After', () => {
  const NOW = Date.parse('2026-11-24T09:00:00Z');

  it.each([
    ['seconds', '30', 30_250],
    ['a date', new Date(NOW + 30_000).toUTCString(), 30_250],
    ['a date in the past', new Date(NOW - 30_000).toUTCString(), 250],
  ])('is waited for as it says: %s', async (_, retryAfter, wait) => {
    const server = await serve(answer(503, '', { 'retry-after': retryAfter }), answer(201));
    const { fetch, clock } = http();
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(201);
    expect(clock.slept).toEqual([wait]);
  });

  it('is waited for as long as a call may wait, and given out beyond that', async () => {
    const server = await serve(answer(503, '', { 'retry-after': '30' }), answer(200));
    const { fetch } = http({ maxWaitMs: 30_250 });
    expect((await fetch(server.url)).status).toBe(200);

    const other = await serve(answer(503, '', { 'retry-after': '30' }), answer(200));
    const { fetch: impatient, clock } = http({ maxWaitMs: 30_249 });
    expect((await impatient(other.url)).status).toBe(503);
    expect(clock.slept).toEqual([]);
  });

  it('leaves no doubt: nothing was processed', async () => {
    const server = await serve(answer(503, '', { 'retry-after': '1' }), answer(403));
    const { fetch } = http();
    const response = await fetch(server.url, { method: 'POST' });
    expect((await responseError(response, { what: 'x' })).effect).toBe('none');
  });

  it('does not take back the doubt of an earlier try', async () => {
    const server = await serve(reset, answer(503, '', { 'retry-after': '1' }), answer(403));
    const { fetch } = http();
    const response = await fetch(server.url, { method: 'PUT' });
    expect((await responseError(response, { what: 'x' })).effect).toBe('unknown');
  });

  it('is the only status for which it lets a write be sent again', async () => {
    const server = await serve(answer(500, '', { 'retry-after': '1' }), answer(201));
    const { fetch } = http();
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(500);
  });
});

describe('what is not safe to repeat', () => {
  it.each(['POST', 'PATCH'])('does not send %s again after a broken connection', async (method) => {
    const server = await serve(reset, answer(200));
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([500, 502, 503, 504])('does not send a POST again after a %d', async (status) => {
    const server = await serve(answer(status), answer(200));
    const { fetch } = http();
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(status);
  });

  it('sends a POST again where certainly nothing was processed', async () => {
    const server = await serve(
      answer(429, '', { 'retry-after': '1' }),
      answer(503, '', { 'retry-after': '1' }),
      answer(201),
    );
    const { fetch } = http();
    expect((await fetch(server.url, { method: 'POST', body: '{}' })).status).toBe(201);
  });

  it('sends a POST again after a refused connection', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { fetch, clock } = http();
    const error = await failure(fetch(url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(clock.slept).toHaveLength(4);
  });

  it('sends a POST again that the caller marks as repeatable', async () => {
    const server = await serve(reset, answer(502), answer(200));
    const { fetch } = http();
    const response = await fetch(server.url, { method: 'POST', repeatable: true });
    expect(response.status).toBe(200);
  });

  it('does not send a PUT again that the caller marks as not repeatable', async () => {
    const server = await serve(reset, answer(200));
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method: 'PUT', repeatable: false }));
    expect(error.effect).toBe('unknown');
    expect(server.requests).toHaveLength(1);
  });
});
