import { guardWrites, KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import type { Observation } from '../src/index.ts';
import { failure, http } from './support/http.ts';
import { answer, serve } from './support/servers.ts';

describe('a request', () => {
  it('goes out as it was given', async () => {
    const server = await serve(answer(201, '{"ok":true}', { 'content-type': 'application/json' }));
    const { fetch } = http({ userAgent: 'keyturn/1.0.0' });
    const init = {
      method: 'patch',
      headers: { Authorization: 'id:token', 'X-Undefined': undefined as unknown as string },
      body: 'é',
      redirect: 'manual',
      duplex: 'half',
    };
    const response = await fetch(`${server.url}/a%2Fb?page=2`, init);
    expect(server.requests[0]).toMatchObject({
      method: 'PATCH',
      url: '/a%2Fb?page=2',
      headers: { authorization: 'id:token', 'user-agent': 'keyturn/1.0.0', 'content-length': '2' },
      body: 'é',
    });
    expect(server.requests[0]?.headers).not.toHaveProperty('x-undefined');
    expect(response.url).toBe(`${server.url}/a%2Fb?page=2`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ ok: true });
  });

  it('may carry a body with DELETE', async () => {
    const server = await serve(answer(204));
    const { fetch } = http();
    await fetch(server.url, { method: 'DELETE', body: '{"a":1}' });
    expect(server.requests[0]).toMatchObject({ method: 'DELETE', body: '{"a":1}' });
  });

  it('that changes something is not sent for a run that was overtaken', async () => {
    const server = await serve(answer(204));
    const { signal } = new AbortController();
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    guardWrites(signal, () => Promise.reject(overtaken));
    const { fetch } = http();
    await expect(fetch(server.url, { method: 'PUT', signal })).rejects.toBe(overtaken);
    expect((await fetch(server.url, { signal })).status).toBe(204);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('uses the same connection as the one before', async () => {
    const ports = new Set<unknown>();
    const server = await serve((response, request) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const { fetch } = http();
    for (let i = 0; i < 5; i++) await fetch(server.url);
    expect(ports.size).toBe(1);
  });

  it('is observed, each try of it', async () => {
    const server = await serve(answer(503), answer(200));
    const seen: Observation[] = [];
    const { fetch } = http({ observe: (one) => seen.push(one) });
    await fetch(`${server.url}/path?secret=1`);
    const url = `${server.url}/path`;
    expect(seen).toMatchObject([
      { method: 'GET', url, status: 503, attempt: 1, milliseconds: 0 },
      { method: 'GET', url, status: 200, attempt: 2, milliseconds: 0 },
    ]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it.each([
    [
      'GitHub',
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4990', 'x-ratelimit-reset': '2e9' },
      { limit: 5000, remaining: 4990 },
    ],
    [
      'CircleCI',
      { 'ratelimit-limit': '100', 'ratelimit-remaining': '7', 'ratelimit-reset': '30' },
      { limit: 100, remaining: 7, resetAt: 30_000 },
    ],
    ['nobody', {}, undefined],
    ['what is no number', { 'ratelimit-remaining': 'many' }, undefined],
  ])('is observed with the clock and the budget of %s', async (_, headers, budget) => {
    const server = await serve(
      answer(200, '', { date: 'Tue, 24 Nov 2026 09:00:00 GMT', ...headers }),
    );
    const seen: Observation[] = [];
    const { fetch, clock } = http({ observe: (one) => seen.push(one) });
    const start = clock.now();
    await fetch(server.url);
    const { date, budget: found } = seen[0] ?? {};
    expect(date).toBe(Date.parse('2026-11-24T09:00:00Z'));
    const resetAt = budget !== undefined && 'resetAt' in budget ? budget.resetAt : undefined;
    expect(found).toEqual(resetAt === undefined ? budget : { ...budget, resetAt: start + resetAt });
  });
});

describe('a redirect', () => {
  it('is followed on the same server, for reads', async () => {
    const server = await serve(answer(301, '', { location: '/new' }), answer(200, 'here'));
    const { fetch } = http();
    const response = await fetch(`${server.url}/old`, { headers: { authorization: 'x' } });
    expect(await response.text()).toBe('here');
    expect(response.url).toBe(`${server.url}/new`);
    expect(server.requests[1]?.headers['authorization']).toBe('x');
  });

  it('is followed three times', async () => {
    const server = await serve(answer(302, '', { location: '/' }));
    const { fetch } = http();
    expect((await failure(fetch(server.url))).code).toBe('ANSWER_INVALID');
    expect(server.requests).toHaveLength(4);
  });

  it('to another origin is never followed', async () => {
    const other = await serve(answer(200));
    const server = await serve(answer(302, '', { location: `${other.url}/` }));
    const { fetch } = http();
    const error = await failure(fetch(server.url));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'none' });
    expect(error.message).toContain(new URL(other.url).host);
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['PUT', 307, 'none'],
    ['POST', 308, 'none'],
    ['POST', 303, 'unknown'],
  ])('of a write is never followed (%s, %d)', async (method, status, effect) => {
    const server = await serve(answer(status, '', { location: '/new' }));
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method }));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a URL', () => {
  it.each(['http://example.com/', 'ftp://127.0.0.1/', 'http://localhost.example.com/', 'x'])(
    'is refused where credentials would travel in the clear: %s',
    async (url) => {
      const { fetch } = http();
      expect(await failure(fetch(url))).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    },
  );

  it('may not hold credentials, and an error does not repeat them', async () => {
    const { fetch } = http();
    const error = await failure(fetch('https://user:CANARY@example.com/'));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).not.toContain('CANARY');
  });
});
