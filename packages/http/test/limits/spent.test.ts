import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import type { HttpOptions } from '../../src/index.ts';
import { VirtualClock } from '../support/clock.ts';
import { failure, http } from '../support/http.ts';
import { answer, closedPort, serve } from '../support/servers.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');

/** Two requests in a minute. */
function twoAt(url: string): Pick<HttpOptions, 'rates'> {
  return { rates: { hosts: [new URL(url).host], limits: [{ points: 2, windowMs: 60_000 }] } };
}

describe('a limit', () => {
  it('is spent by requests that were answered', async () => {
    const server = await serve(answer(204));
    const { fetch, clock } = http(twoAt(server.url));
    for (let i = 0; i < 2; i++) await fetch(server.url);
    expect(clock.total).toBe(0);
    await fetch(server.url);
    expect(clock.total).toBeGreaterThanOrEqual(60_000);
  });

  it('is not spent by what a run that was overtaken did not send', async () => {
    const server = await serve(answer(204));
    const { fetch, clock } = http(twoAt(server.url));
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    const beforeWrite = (): Promise<never> => Promise.reject(overtaken);
    for (let i = 0; i < 3; i++)
      await expect(fetch(server.url, { method: 'PUT', beforeWrite })).rejects.toBe(overtaken);
    for (let i = 0; i < 2; i++) await fetch(server.url);
    expect(clock.slept).toEqual([]);
  });

  it('is not spent by requests for which there was no connection', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`;
    const { fetch, clock } = http(twoAt(url));
    await failure(fetch(url));
    expect(clock.slept).toEqual([250, 500, 1000, 2000]);
  });
});

describe('a rate limit', () => {
  it('of which nothing is said holds back the next request, too', async () => {
    const server = await serve(answer(429), answer(200));
    const { fetch, clock } = http({ retries: 0 });
    await failure(fetch(server.url));
    await fetch(server.url);
    expect(clock.slept).toEqual([4000]);
  });

  it('counts for a call together with those that it waited for before', async () => {
    let tell = (): void => {};
    const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 300) };
    const server = await serve((response, request) => {
      if (request.url === '/other') tell = () => void response.writeHead(200, spent).end();
      else response.writeHead(429, { 'retry-after': '100' }).end();
    });
    class TellingClock extends VirtualClock {
      override async sleep(milliseconds: number): Promise<void> {
        tell();
        await other;
        await super.sleep(milliseconds);
      }
    }
    const clock = new TellingClock();
    const { fetch } = http({ clock, maxWaitMs: 250_000 });
    const other = fetch(`${server.url}/other`);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await failure(fetch(server.url))).code).toBe('RATE_LIMITED');
    expect(clock.slept).toEqual([100_250]);
    expect(server.requests).toHaveLength(2);
  });
});
