import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makePlace } from './keyturn.ts';

const MEBIBYTE = 1024 * 1024;

/** A server whose every list leads on for ever, with pages of so many bytes, and links to another server, which counts who comes. */
async function endless(size: number) {
  const visits: string[] = [];
  const elsewhere = await listen((url) => {
    visits.push(url);
    return [[], {}];
  });
  let pages = 0;
  const url = await listen((path) => {
    const page = Number(/[?&]page=(\d+)/.exec(path)?.[1] ?? ++pages);
    const repository = { name: `r${page}`, owner: { login: 'acme' }, topics: [], path: `r${page}` };
    const item = { ...repository, path_with_namespace: `acme/r${page}`, id: page };
    const isArray = /\/repos\?|\/projects\?/.test(path);
    const body = isArray
      ? Array.from({ length: 100 }, () => item)
      : {
          id: `token${page}`,
          organization_id: 'aaaaaaaa-0000-4000-8000-000000000000',
          data: [{ id: `token${page}`, name: 'x' }],
          next_page: page + 1,
          items: [{ name: `N${page}`, value: 'xxxx1234' }],
          next_page_token: `after-${page}-${pages++}`,
        };
    const link = `<${elsewhere}/more>; rel="next"`;
    return [body, { link, 'x-next-page': String(page + 1) }];
  }, size);
  return { url, visits };
}

type Reply = readonly [body: unknown, headers: Readonly<Record<string, string>>];

async function listen(reply: (path: string) => Reply, size = 0): Promise<string> {
  const server = createServer((request, response) => {
    const [body, headers] = reply(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body).padEnd(size));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const REPLACES = ['--org', 'acme', '--replaces', 'cigithub4w8d'];

describe.each([
  ['many pages', 0],
  ['large pages', 8 * MEBIBYTE - 1024],
])('a list without an end, of %s,', (_, size) => {
  it.each([
    ['PLANETSCALE_API_URL', ['token', 'list', '--org', 'acme']],
    ['GITHUB_API_URL', ['plan', '--sink', 'github:acme/*', ...REPLACES]],
    ['GITLAB_HOST', ['plan', '--sink', 'gitlab:acme/*', ...REPLACES]],
    ['CIRCLE_HOST', ['plan', '--sink', 'circleci:gh/acme/web', ...REPLACES]],
  ])(
    'is given up at %s, and nobody is followed elsewhere',
    { timeout: 60_000 },
    async (name, args) => {
      const { url, visits } = await endless(size);
      const place = await makePlace();
      const ended = await place.keyturn([...args, '--json'], { [name]: url });
      expect([ended.code, ended.stderr]).toEqual([3, expect.any(String)]);
      expect(ended.stdout).toContain('ANSWER_INVALID');
      expect(ended.stdout).toMatch(/more than|longer than|larger than|something else|unexpected/);
      expect(visits).toEqual([]);
    },
  );
});
