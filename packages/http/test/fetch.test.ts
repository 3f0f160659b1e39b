import { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { failure, http } from './support/http.ts';
import { answer, reset, serve } from './support/servers.ts';

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

  it("says who asks, in the caller's words if there are any", async () => {
    const server = await serve(answer(204));
    const { fetch } = http();
    await fetch(server.url);
    await fetch(server.url, { headers: { 'User-Agent': 'somebody' } });
    const agents = server.requests.map(({ headers }) => headers['user-agent']);
    expect(agents).toEqual(['keyturn', 'somebody']);
  });

  it('may carry a body with DELETE', async () => {
    const server = await serve(answer(204));
    const { fetch } = http();
    await fetch(server.url, { method: 'DELETE', body: '{"a":1}' });
    expect(server.requests[0]).toMatchObject({ method: 'DELETE', body: '{"a":1}' });
  });

  it('that changes something is not sent for a run that was overtaken', async () => {
    const server = await serve(answer(204));
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    const beforeWrite = (): Promise<never> => Promise.reject(overtaken);
    const { fetch } = http();
    await expect(fetch(server.url, { method: 'PUT', beforeWrite })).rejects.toBe(overtaken);
    expect((await fetch(server.url, { beforeWrite })).status).toBe(204);
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
});

describe('a redirect', () => {
  it('is followed for HEAD too', async () => {
    const server = await serve(answer(301, '', { location: '/new' }), answer(200));
    const { fetch } = http();
    expect((await fetch(server.url, { method: 'HEAD' })).url).toBe(`${server.url}/new`);
  });

  it.each([
    [302, {}],
    [201, { location: '/new' }],
  ])('is none without a place to go or with status %d', async (status, headers) => {
    const server = await serve(answer(status, '', headers));
    const { fetch } = http();
    expect((await fetch(server.url)).status).toBe(status);
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['http://[', 'invalid address'],
    ['/new', 'itself'],
  ])('to %s is reported as one to %s', async (location, where) => {
    const server = await serve(answer(302, '', { location }));
    const { fetch } = http();
    const error = await failure(fetch(server.url));
    expect(error.code).toBe('ANSWER_INVALID');
    expect(error.message).toMatch(new RegExp(`${where} .*302`));
  });

  it('leaves a doubt after a try without an answer', async () => {
    const server = await serve(reset, answer(307, '', { location: '/new' }));
    const { fetch } = http();
    expect((await failure(fetch(server.url, { method: 'PUT' }))).effect).toBe('unknown');
  });

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

  it.each(['user:CANARY', 'CANARY', ':CANARY'])(
    'may not hold credentials, and an error does not repeat them: %s',
    async (credentials) => {
      const { fetch } = http();
      const error = await failure(fetch(`https://${credentials}@example.com/`));
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).not.toContain('CANARY');
    },
  );
});
