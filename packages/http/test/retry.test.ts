import { describe, expect, it } from 'vitest';

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
