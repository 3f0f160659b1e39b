import { describe, expect, it } from 'vitest';

import { http } from '../support/http.ts';
import { serve } from '../support/servers.ts';

const NOW = Date.parse('2026-11-24T09:00:00Z');

/** A server that has nothing left for one name, and much for the others. Each path says what it counts for. */
function counting(names: Record<string, string>, spent: string, header: string) {
  return serve((response, request) => {
    const name = names[request.url ?? ''] ?? '';
    const remaining = name === spent ? '0' : '50';
    response.setHeader('x-ratelimit-remaining', remaining);
    response.setHeader('x-ratelimit-reset', String(NOW / 1000 + 20));
    if (name !== '') response.setHeader(header, name);
    response.end();
  });
}

describe('what a server counts apart', () => {
  it.each(['x-ratelimit-resource', 'ratelimit-name'])(
    'does not wait for the rest (%s)',
    async (header) => {
      const names = { '/search/code': 'search', '/repos/a': 'core', '/search/issues': 'search' };
      const server = await counting(names, 'search', header);
      const { fetch, clock } = http();
      await fetch(`${server.url}/repos/a`);
      await fetch(`${server.url}/search/code`);
      await fetch(`${server.url}/repos/a`);
      expect(clock.slept).toEqual([]);
      await fetch(`${server.url}/search/issues`);
      expect(clock.slept).toEqual([20_000]);
    },
  );

  it('is known by what follows the path of the API itself', async () => {
    const names = { '/api/v3/search/code': 'search', '/api/v3/repos/a': 'core' };
    const server = await counting(names, 'search', 'x-ratelimit-resource');
    const { fetch, clock } = http();
    await fetch(`${server.url}/api/v3/repos/a`);
    await fetch(`${server.url}/api/v3/search/code`);
    await fetch(`${server.url}/api/v3/repos/a`);
    expect(clock.slept).toEqual([]);
  });

  it.each([
    ['/rapi/a', '/rapi/b'],
    ['/apis/a', '/apis/b'],
    ['/v3a/a', '/v3a/b'],
  ])('is one area below the first part of a path: %s and %s', async (one, other) => {
    const server = await counting({ [one]: 'x', [other]: 'x' }, 'x', 'ratelimit-name');
    const { fetch, clock } = http();
    await fetch(`${server.url}${one}`);
    await fetch(`${server.url}${other}`);
    expect(clock.slept).toEqual([20_000]);
  });

  it('is one for all that have no name', async () => {
    const server = await counting({}, '', 'ratelimit-name');
    const { fetch, clock } = http();
    await fetch(`${server.url}/one`);
    await fetch(`${server.url}/other`);
    expect(clock.slept).toEqual([20_000]);
  });
});
