import { describe, expect, it } from 'vitest';

import { fillRoute } from '../src/route.ts';

const BASE = 'https://github.example.com/api/v3';

describe('a route', () => {
  it('has its parameters filled in and encoded', () => {
    const parameters = { owner: 'acme', repo: 'web', environment_name: "it's / 100%?" };
    const route = 'GET /repos/{owner}/{repo}/environments/{environment_name}';
    expect(fillRoute(BASE, route, parameters)).toEqual({
      method: 'GET',
      url: `${BASE}/repos/acme/web/environments/it%27s%20%2F%20100%25%3F`,
      body: undefined,
    });
  });

  it('has the other parameters of a read in its query', () => {
    const { url } = fillRoute(BASE, 'GET /orgs/{org}', {
      org: 'a',
      per_page: 100,
      q: 'x&y',
      no: undefined,
    });
    expect(url).toBe(`${BASE}/orgs/a?per_page=100&q=x%26y`);
  });

  it('has those of a write in its body, if there are any', () => {
    const route = 'PUT /orgs/{org}';
    expect(fillRoute(BASE, route, { org: 'a', ids: [1], name: 'x' }).body).toBe(
      '{"ids":[1],"name":"x"}',
    );
    expect(fillRoute(BASE, 'DELETE /orgs/{org}', { org: 'a' }).body).toBeUndefined();
  });
});
