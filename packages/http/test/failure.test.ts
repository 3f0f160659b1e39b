import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import * as messages from '../src/messages.ts';
import { failure, http } from './support/http.ts';
import { withoutNames } from './support/names.ts';
import { answer, closedPort, reset, serve, serveRaw, silence } from './support/servers.ts';

describe('a failed connection', () => {
  it('is explained, and certainly changed nothing', async () => {
    const port = await closedPort();
    const { fetch } = http({ retries: 0 });
    const error = await failure(fetch(`http://127.0.0.1:${port}/`, { method: 'POST' }));
    expect(error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: `127.0.0.1:${port}: ${messages.connectionRefused.message}`,
      effect: 'none',
    });
    expect(error.hint).toBeDefined();
  });

  it.each([
    ['ENOTFOUND', messages.hostNotFound, 0],
    ['EAI_AGAIN', messages.lookupFailed, 4],
    ['EHOSTUNREACH', messages.hostUnreachable, 4],
    ['ENETUNREACH', messages.hostUnreachable, 4],
    ['UND_ERR_PRX_CONN', messages.proxyUnreachable, 4],
    ['UND_ERR_PRX_TLS', messages.proxyUnreachable, 4],
    ['EPROTO', messages.tlsFailed('EPROTO'), 0],
    ['NO_EPROTO', messages.connectionFailed('NO_EPROTO'), 4],
    ['CERT_UNTRUSTED', messages.certificateUntrusted('CERT_UNTRUSTED'), 0],
    ['NO_CERT_', messages.connectionFailed('NO_CERT_'), 4],
    [undefined, messages.connectionFailed('UNKNOWN'), 4],
  ] as const)('has the reason for %s', async (code, reason, retries) => {
    withoutNames(code);
    const { fetch, clock } = http();
    const error = await failure(fetch('https://keyturn.invalid/', { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(error.message).toBe(`keyturn.invalid: ${reason.message}`);
    expect(clock.slept).toHaveLength(retries);
  });

  it.each(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])(
    'includes one that took too long (%s)',
    async (code) => {
      withoutNames(code);
      const { fetch } = http();
      const error = await failure(fetch('https://keyturn.invalid/', { method: 'POST' }));
      expect(error).toMatchObject({ code: 'TIMED_OUT', effect: 'none' });
      expect(error.message).toBe(`keyturn.invalid: ${messages.connectTimedOut(10_000).message}`);
    },
  );

  it('has an unknown effect once a write was sent, and none for a read', async () => {
    const server = await serve(reset);
    const { fetch } = http();
    expect(await failure(fetch(server.url, { method: 'DELETE' }))).toMatchObject({
      code: 'NETWORK_FAILED',
      effect: 'unknown',
    });
    expect((await failure(fetch(server.url))).effect).toBe('none');
  });

  it('leaves a doubt, though the next try was certainly refused', async () => {
    const server = await serve(reset, answer(429, '', { 'retry-after': '3600' }));
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method: 'PUT' }));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', effect: 'unknown' });
  });
});

describe('a deadline', () => {
  it('ends a request without an answer, and a POST is not sent again', async () => {
    const server = await serve(silence);
    // Long enough for a busy machine to have sent it.
    const { fetch } = http({ deadlines: { totalMs: 800 } });
    const error = await failure(fetch(server.url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'TIMED_OUT', effect: 'unknown' });
    expect(error.message).toContain('0.8 s');
    expect(server.requests).toHaveLength(1);
  });

  it('ends a request whose headers do not come', async () => {
    const server = await serve(silence);
    const { fetch } = http({ retries: 0, deadlines: { headersMs: 40 } });
    const error = await failure(fetch(server.url));
    expect(error).toMatchObject({ code: 'TIMED_OUT', effect: 'none' });
    expect(error.message).toContain('no response');
  });

  it('ends a connection that does not come about, and nothing was sent', async () => {
    const port = await serveRaw(() => {});
    const { fetch } = http({ retries: 1, deadlines: { connectMs: 30 } });
    const error = await failure(fetch(`https://127.0.0.1:${port}`, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'TIMED_OUT', effect: 'none' });
    expect(error.message).toContain(messages.connectTimedOut(30).message);
  });

  it('ends an answer that trickles without end', async () => {
    const server = await serve((response) => {
      response.writeHead(200).write('x');
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => clearInterval(timer));
    });
    const { fetch } = http({ retries: 0, deadlines: { totalMs: 60 } });
    const error = await failure(fetch(server.url));
    expect(error.message).toContain('no complete response');
  });

  it('for the headers is over once they came', async () => {
    const server = await serve((response) => {
      response.writeHead(200).write('slow');
      setTimeout(() => response.end('ly'), 900);
    });
    const { fetch } = http({ retries: 0, deadlines: { headersMs: 600 } });
    expect(await (await fetch(server.url)).text()).toBe('slowly');
  });

  it('for the headers is not met by early hints', async () => {
    const server = await serve((response) =>
      response.writeEarlyHints({ link: '</a>; rel=preload' }),
    );
    const { fetch } = http({ retries: 0, deadlines: { headersMs: 60, totalMs: 2000 } });
    expect((await failure(fetch(server.url))).message).toContain('no response');
  });

  it('lets a read be tried again', async () => {
    const server = await serve(silence, answer(200));
    const { fetch } = http({ deadlines: { totalMs: 600 } });
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe('an answer', () => {
  it('of any kind and status is a response', async () => {
    const server = await serve(
      answer(200, '<html>', { 'content-type': 'text/html' }),
      answer(404, 'Retry later', { 'content-type': 'text/plain' }),
      answer(422, '{"broken":'),
      answer(204),
      answer(205),
      answer(304),
    );
    const { fetch } = http();
    const seen = [];
    for (let i = 0; i < 6; i++) {
      const response = await fetch(server.url);
      seen.push([response.status, await response.text()]);
    }
    expect(seen).toEqual([
      [200, '<html>'],
      [404, 'Retry later'],
      [422, '{"broken":'],
      [204, ''],
      [205, ''],
      [304, ''],
    ]);
  });

  it('is refused when it is too large', async () => {
    const server = await serve(answer(200, 'x'.repeat(2000)));
    const { fetch, clock } = http({ maxBytes: 1999 });
    expect(await failure(fetch(server.url))).toMatchObject({
      code: 'ANSWER_INVALID',
      effect: 'none',
    });
    expect(clock.slept).toEqual([]);
    const writing = await failure(fetch(server.url, { method: 'POST' }));
    expect(writing).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it('may be as large as is allowed', async () => {
    const server = await serve(answer(200, 'x'.repeat(2000)));
    const { fetch } = http({ maxBytes: 2000 });
    expect(await (await fetch(server.url)).text()).toHaveLength(2000);
  });

  it('is refused when its headers are too large', async () => {
    const server = await serve(answer(200, '', { 'x-long': 'x'.repeat(20_000) }));
    const { fetch } = http();
    expect((await failure(fetch(server.url))).code).toBe('ANSWER_INVALID');
  });

  it('is refused when it is not HTTP', async () => {
    const port = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    const { fetch } = http();
    const error = await failure(fetch(`http://127.0.0.1:${port}`));
    expect(error.code).toBe('ANSWER_INVALID');
  });

  it.each([
    ['ends before it is whole', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'],
    ['ends in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf'],
    ['ends in its headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['never begins', ''],
  ])('is none when it %s', async (_, text) => {
    const port = await serveRaw((socket) => socket.once('data', () => socket.end(text)));
    const { fetch } = http({ retries: 0 });
    const error = await failure(fetch(`http://127.0.0.1:${port}`, { method: 'POST' }));
    expect(error).toMatchObject({ effect: 'unknown' });
    expect(['NETWORK_FAILED', 'ANSWER_INVALID']).toContain(error.code);
  });

  it('is none when it changes to another protocol', async () => {
    const text = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n';
    const port = await serveRaw((socket) => socket.once('data', () => socket.write(text)));
    const { fetch } = http({ retries: 0 });
    const error = await failure(fetch(`http://127.0.0.1:${port}`, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
  });

  it('is refused when it is compressed, which was not asked for', async () => {
    const server = await serve(answer(200, 'x', { 'content-encoding': 'gzip' }));
    const { fetch } = http();
    expect(await failure(fetch(server.url))).toMatchObject({
      code: 'ANSWER_INVALID',
      effect: 'none',
    });
    const writing = await failure(fetch(server.url, { method: 'POST' }));
    expect(writing).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('that is empty may be said to be compressed', async () => {
    const server = await serve(answer(200, '', { 'content-encoding': 'gzip' }));
    const { fetch } = http();
    expect((await fetch(server.url)).status).toBe(200);
  });

  it('keeps headers apart that come twice', async () => {
    const server = await serve((response) =>
      response.setHeader('set-cookie', ['a=1', 'b=2']).end(),
    );
    const { fetch } = http();
    expect((await fetch(server.url)).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });
});

describe('an error', () => {
  it('never holds anything of the request', async () => {
    withoutNames('ENOTFOUND');
    const canary = 'pscale_tkn_CANARY';
    const refused = `http://127.0.0.1:${await closedPort()}`;
    const broken = await serve(reset);
    const elsewhere = await serve(answer(307, '', { location: `https://x.test/?q=${canary}` }));
    const { fetch } = http({ retries: 1, deadlines: { totalMs: 1000 } });
    for (const base of [refused, broken.url, elsewhere.url, 'https://keyturn.invalid']) {
      const error = await failure(
        fetch(`${base}/?secret=${canary}`, {
          method: 'POST',
          headers: { authorization: `id:${canary}` },
          body: canary,
        }),
      );
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
      expect(shown).not.toContain(canary);
      expect(error.cause).toBeUndefined();
    }
  });

  it('says it when a credential cannot be a header', async () => {
    const server = await serve(answer(200));
    const { fetch, clock } = http();
    const headers = { authorization: 'Bearer line\nbreak' };
    const error = await failure(fetch(server.url, { method: 'POST', headers }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(inspect(error, { depth: Infinity })).not.toContain('break\n');
    expect(clock.slept).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});
