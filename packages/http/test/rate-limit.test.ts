import { describe, expect, it } from 'vitest';

import { failure, http } from './support/http.ts';
import { answer, serve } from './support/servers.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');
const inSeconds = (seconds: number): string => String(NOW / 1000 + seconds);

describe('a rate limit', () => {
  it.each([
    ['seconds', 429, { 'retry-after': '30' }],
    ['a date', 429, { 'retry-after': new Date(NOW + 30_000).toUTCString() }],
    ['GitLab (epoch)', 429, { 'ratelimit-reset': inSeconds(30) }],
    ['CircleCI (seconds from now)', 429, { 'ratelimit-reset': '30', 'ratelimit-remaining': '0' }],
    ['GitHub', 403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(30) }],
    ['GitHub, secondary', 403, { 'retry-after': '30' }],
  ])('is waited for as it says: %s', async (_, status, headers) => {
    const server = await serve(answer(status, '', headers), answer(200));
    const { fetch, clock } = http();
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(200);
    expect(clock.total).toBe(30_250);
  });

  it.each([
    ['late', 120, 30_250],
    ['early', -120, 30_250],
    ['hours away, and not to be taken for it', 600, 630_250],
  ])('ends by the clock of the server, which is %s', async (_, ahead, wait) => {
    const date = new Date(NOW + ahead * 1000).toUTCString();
    const headers = { date, 'ratelimit-reset': inSeconds(ahead + 30) };
    const server = await serve(answer(429, '', headers), answer(200));
    const { fetch, clock } = http({ maxWaitMs: 3_600_000 });
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.total).toBe(wait);
  });

  it('ends by our own clock where the server does not tell its own', async () => {
    const server = await serve((response) => {
      response.sendDate = false;
      response.writeHead(429, { 'ratelimit-reset': inSeconds(30) }).end();
    }, answer(200));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.total).toBe(30_250);
  });

  it('is a minute where GitHub only says that it is the secondary one', async () => {
    const body = JSON.stringify({ message: 'You have exceeded a secondary rate limit.' });
    const server = await serve(answer(403, body), answer(200));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.total).toBe(60_250);
  });

  it('is waited for longer and longer where nothing is said', async () => {
    const server = await serve(answer(429), answer(429), answer(200));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.slept).toEqual([4000, 8000]);
  });

  it('is an error that says when, where it lasts too long', async () => {
    const server = await serve(answer(429, 'Retry later', { 'retry-after': '3600' }));
    const { fetch, clock } = http();
    const error = await failure(fetch(server.url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', effect: 'none' });
    expect(error.hint).toContain('2026-11-24T10:00:00');
    expect(clock.slept).toEqual([]);
  });

  it('is an error after all waits together took too long', async () => {
    const server = await serve(answer(429, '', { 'retry-after': '100' }));
    const { fetch, clock } = http({ maxWaitMs: 250_000 });
    expect((await failure(fetch(server.url))).code).toBe('RATE_LIMITED');
    expect(clock.total).toBeLessThan(250_000);
  });

  it('is an error when it does not end', async () => {
    const server = await serve(answer(429, '', { 'retry-after': '1' }));
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', effect: 'none' });
    expect(server.requests).toHaveLength(5);
  });

  it('has no time in its error where none was said', async () => {
    const server = await serve(answer(429));
    const { fetch } = http();
    const error = await failure(fetch(server.url));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', hint: 'Run it again in a few minutes.' });
  });

  it('may last as long as a call may wait', async () => {
    const server = await serve(answer(429, '', { 'retry-after': '30' }), answer(200));
    const { fetch } = http({ maxWaitMs: 30_000 });
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('counts the waits of which nothing was said, too', async () => {
    const server = await serve(answer(429), answer(429, '', { 'retry-after': '10' }), answer(200));
    const { fetch } = http({ maxWaitMs: 12_000 });
    expect((await failure(fetch(server.url))).code).toBe('RATE_LIMITED');
  });

  it.each(['soon', 'soon.30', '30 soon'])('is one of which nothing is said: %s', async (text) => {
    const server = await serve(answer(429, '', { 'retry-after': text }), answer(200));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.slept).toEqual([4000]);
  });

  it('is as the first of two headers says', async () => {
    const server = await serve(
      (response) => response.setHeader('retry-after', ['30', '60']).writeHead(429).end(),
      answer(200),
    );
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(200);
    expect(clock.total).toBe(30_250);
  });

  it('is no reason to wait when a 403 is a plain refusal', async () => {
    const server = await serve(answer(403, '{}', { 'x-ratelimit-remaining': '41' }));
    const { fetch, clock } = http();
    expect((await fetch(server.url)).status).toBe(403);
    expect(clock.slept).toEqual([]);
  });
});

describe('a spent budget', () => {
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(20) };

  it('lets the next request to that server wait for the reset', async () => {
    const server = await serve(answer(200, '', spent), answer(200));
    const { fetch, clock } = http();
    await fetch(server.url);
    expect(clock.slept).toEqual([]);
    await fetch(server.url);
    expect(clock.slept).toEqual([20_000]);
  });

  it.each([
    ['is not spent', { ...spent, 'x-ratelimit-remaining': '1' }],
    ['was filled up again long ago', { ...spent, 'x-ratelimit-reset': '1000000000' }],
  ])('lets nothing wait where it %s', async (_, headers) => {
    const server = await serve(answer(200, '', headers), answer(200));
    const { fetch, clock } = http();
    await fetch(server.url);
    await fetch(server.url);
    expect(clock.slept).toEqual([]);
  });

  it('does not open again what a longer limit has closed', async () => {
    let answerFirst = (): void => {};
    const server = await serve(
      (response) => (answerFirst = () => void response.writeHead(200, spent).end()),
      answer(429, '', { 'retry-after': '3600' }),
      answer(200),
    );
    const { fetch } = http();
    const first = fetch(server.url);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await failure(fetch(server.url));
    answerFirst();
    expect((await first).status).toBe(200);
    expect((await failure(fetch(server.url))).code).toBe('RATE_LIMITED');
  });

  it('does not let requests to another server wait', async () => {
    const [one, other] = [await serve(answer(200, '', spent)), await serve(answer(200))];
    const { fetch, clock } = http();
    await fetch(one.url);
    await fetch(other.url);
    expect(clock.slept).toEqual([]);
  });

  it('is an error where the reset is far away, before anything is sent', async () => {
    const headers = { ...spent, 'x-ratelimit-reset': inSeconds(3600) };
    const server = await serve(answer(200, '', headers));
    const { fetch } = http();
    await fetch(server.url);
    const error = await failure(fetch(server.url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', effect: 'none' });
    expect(server.requests).toHaveLength(1);
  });

  it('holds back the other requests as well, once one of them was told to wait', async () => {
    const server = await serve(answer(429, '', { 'retry-after': '3600' }), answer(200));
    const { fetch } = http();
    await failure(fetch(server.url));
    expect((await failure(fetch(server.url))).code).toBe('RATE_LIMITED');
    expect(server.requests).toHaveLength(1);
  });
});
