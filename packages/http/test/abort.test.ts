import { describe, expect, it } from 'vitest';

import { StoppedClock } from './support/clock.ts';
import { failure, http } from './support/http.ts';
import { answer, serve, silence } from './support/servers.ts';

describe('the signal of the caller', () => {
  it('stops a request before anything is sent', async () => {
    const server = await serve(answer(200));
    const { fetch } = http();
    const signal = AbortSignal.abort();
    const error = await failure(fetch(server.url, { method: 'POST', signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(server.requests).toEqual([]);
  });

  it('stops a request that waits for its answer', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method: 'POST', signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });

  it('stops the reading of an answer', async () => {
    const controller = new AbortController();
    const server = await serve((response) => {
      response.writeHead(200).write('half');
      setImmediate(() => controller.abort());
    });
    const { fetch } = http();
    const error = await failure(fetch(server.url, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });

  it.each([
    ['a retry', answer(503)],
    ['a rate limit', answer(429, '', { 'retry-after': '60' })],
  ])('stops the wait for %s', async (_, step) => {
    const controller = new AbortController();
    const server = await serve((response, request) => {
      step(response, request);
      setImmediate(() => controller.abort());
    });
    const { fetch } = http({ clock: new StoppedClock() });
    const error = await failure(fetch(server.url, { signal: controller.signal }));
    expect(error.code).toBe('INTERRUPTED');
    expect(server.requests).toHaveLength(1);
  });
});

describe('close', () => {
  it('ends what is under way, and lets nothing start any more', async () => {
    const server = await serve(silence);
    const { fetch } = http();
    const pending = failure(fetch(server.url, { method: 'POST' }));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fetch.close();
    expect(await pending).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
    expect(await failure(fetch(server.url))).toMatchObject({
      code: 'NETWORK_FAILED',
      effect: 'none',
    });
  });

  it('works before the first request', async () => {
    const { fetch } = http();
    const server = await serve(answer(200));
    await fetch.close();
    expect((await failure(fetch(server.url))).code).toBe('NETWORK_FAILED');
    expect(server.requests).toEqual([]);
  });
});
