import { describe, expect, it } from 'vitest';

import type { Observation } from '../src/index.ts';
import { http } from './support/http.ts';
import { answer, reset, serve } from './support/servers.ts';

describe('a request', () => {
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

  it.each([
    ['nothing', {}, undefined],
    [
      'anything else than its name',
      { 'x-ratelimit-limit': '60', 'x-ratelimit-resource': 'core' },
      { limit: 60, name: 'core' },
    ],
    [
      'anything else than its other name',
      { 'ratelimit-limit': '60', 'ratelimit-name': 'api' },
      { limit: 60, name: 'api' },
    ],
    ['a limit alone', { 'x-ratelimit-limit': '60' }, { limit: 60 }],
    ['what is left alone', { 'x-ratelimit-remaining': '5' }, { remaining: 5 }],
    [
      'no number',
      { 'x-ratelimit-remaining': 'about 5', 'x-ratelimit-limit': '5 or so' },
      undefined,
    ],
  ])('is observed without what its answer does not say: %s', async (_, headers, budget) => {
    const server = await serve((response) => {
      response.sendDate = false;
      response.writeHead(204, headers).end();
    });
    const seen: Observation[] = [];
    const { fetch } = http({ observe: (one) => seen.push(one) });
    await fetch(server.url);
    expect(seen).toStrictEqual([
      {
        method: 'GET',
        url: `${server.url}/`,
        status: 204,
        attempt: 1,
        milliseconds: 0,
        ...(budget !== undefined && { budget }),
      },
    ]);
  });

  it('is observed without a status where no answer came', async () => {
    const server = await serve(reset);
    const seen: Observation[] = [];
    const { fetch } = http({ retries: 0, observe: (one) => seen.push(one) });
    await fetch(server.url).catch(() => {});
    expect(seen).toStrictEqual([
      { method: 'GET', url: `${server.url}/`, attempt: 1, milliseconds: 0 },
    ]);
  });
});
