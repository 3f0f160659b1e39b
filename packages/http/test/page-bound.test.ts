import { describe, expect, it } from 'vitest';

import { pageBound, sizeOf } from '../src/index.ts';
import { http } from './support/http.ts';
import { answer, serve } from './support/servers.ts';

const MEBIBYTE = 1024 * 1024;
const what = 'gitlab:acme: the list of projects';

describe('a list', () => {
  it('has a thousand pages at most', () => {
    const take = pageBound(what);
    for (let page = 1; page <= 1000; page++) take(100, String(page));
    expect(() => take(100)).toThrow(
      expect.objectContaining({
        code: 'ANSWER_INVALID',
        effect: 'none',
        message: expect.stringContaining(`${what} has more than 1000 pages`),
      }),
    );
  });

  it('has 256 MiB at most', () => {
    const take = pageBound(what);
    for (let page = 1; page <= 32; page++) take(8 * MEBIBYTE);
    expect(() => take(1)).toThrow(
      expect.objectContaining({
        code: 'ANSWER_INVALID',
        message: expect.stringContaining('larger than 256 MiB'),
      }),
    );
  });

  it('does not lead to a page twice', () => {
    const take = pageBound(what);
    take(1, 'a');
    take(1, 'b');
    expect(() => take(1, 'a')).toThrow(expect.objectContaining({ code: 'ANSWER_INVALID' }));
  });

  it('is measured by what came, whatever the server says', async () => {
    const server = await serve((response) => {
      response.write('x'.repeat(400));
      response.end('x'.repeat(600));
    }, answer(204));
    const { fetch } = http();
    expect(sizeOf(await fetch(server.url))).toBe(1000);
    expect(sizeOf(await fetch(server.url))).toBe(0);
    expect(sizeOf(new Response('x'))).toBe(0);
    expect(sizeOf(new Response('x', { headers: { 'content-length': 'x' } }))).toBe(0);
    expect(sizeOf(new Response('x', { headers: { 'content-length': '1' } }))).toBe(1);
  });
});
