import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { KeyturnError } from '@keyturn/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { makeCertificate } from './support/certificates.ts';
import { failure, http } from './support/http.ts';
import { withoutNames } from './support/names.ts';
import { answer, serve, serveHttp2, serveRaw, serveTls, silence } from './support/servers.ts';

const FAR = new Date('2049-01-01T00:00:00Z');
const valid = makeCertificate('localhost', FAR);
const expired = makeCertificate('localhost', new Date('2021-01-01T00:00:00Z'));
const otherName = makeCertificate('other.test', FAR);
const target = makeCertificate('api.keyturn.test', FAR);
const unknown = makeCertificate('localhost', FAR);

const before = getCACertificates('default');
beforeAll(() =>
  setDefaultCACertificates([...before, valid.cert, expired.cert, otherName.cert, target.cert]),
);
afterAll(() => setDefaultCACertificates(before));

describe('https', () => {
  it('works with a certificate that is trusted', async () => {
    const server = await serveTls(valid, answer(200, 'secure'));
    const { fetch } = http();
    expect(await (await fetch(server.url)).text()).toBe('secure');
  });

  it('uses the same connection as the request before', async () => {
    const ports = new Set<unknown>();
    const server = await serveTls(valid, (response, request) => {
      ports.add(request.socket.remotePort);
      response.end('x');
    });
    const { fetch } = http();
    for (let i = 0; i < 3; i++) await fetch(server.url);
    expect(ports.size).toBe(1);
  });

  it('ends with all the rest', async () => {
    const server = await serveTls(valid, silence);
    const { fetch } = http();
    const pending = failure(fetch(server.url, { method: 'POST' }));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fetch.close();
    expect(await pending).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
  });

  it.each([
    ['has expired', expired],
    ['is for another host name', otherName],
    ['is not trusted', unknown],
  ])('sends nothing where the certificate %s', async (reason, certificate) => {
    const server = await serveTls(certificate, answer(200));
    const { fetch, clock } = http();
    const error = await failure(fetch(server.url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(error.message).toContain(reason);
    expect(clock.slept).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('is spoken in HTTP/1.1, whatever else the server offers', async () => {
    const versions: string[] = [];
    const port = await serveHttp2(valid, (version) => versions.push(version));
    const { fetch } = http();
    expect((await fetch(`https://localhost:${port}`)).status).toBe(200);
    expect(versions).toEqual(['1.1']);
  });

  it('asks whether the run still holds its lock once the connection is open, however long that took', async () => {
    const server = await serveTls(valid, answer(200));
    const events: string[] = [];
    const port = await serveRaw((socket) => {
      setTimeout(() => {
        events.push('opened');
        lead(socket, server.port);
      }, 100);
    });
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    const beforeWrite = async (): Promise<void> => {
      events.push('asked');
      throw overtaken;
    };
    // Only Node's own client can wait there. With undici, what is not sent within a second is asked again.
    const { fetch } = http({ few: 1 });
    const writing = fetch(`https://localhost:${port}`, { method: 'PUT', beforeWrite });
    await expect(writing).rejects.toBe(overtaken);
    expect(events).toEqual(['opened', 'asked']);
    expect(server.requests).toEqual([]);
  });

  it('says it where the server speaks plain http', async () => {
    const server = await serve(answer(200));
    const { fetch, clock } = http();
    const url = server.url.replace('http:', 'https:');
    const error = await failure(fetch(url, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(error.message).toContain('TLS failed');
    expect(clock.slept).toEqual([]);
  });
});

describe('a proxy', () => {
  /** Answers CONNECT with the status, and leads to the port where that is 200. */
  async function proxy(
    status: number,
    port = 0,
    delayMs = 0,
  ): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    const opened = await serveRaw((socket: Socket) => {
      socket.once('data', async (head: Buffer) => {
        asked.push(head.toString());
        await sleep(delayMs);
        socket.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`);
        if (status !== 200) {
          socket.end();
          return;
        }
        lead(socket, port);
      });
    });
    return { url: `http://127.0.0.1:${opened}`, asked };
  }

  it.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY'])(
    'of %s leads to the server',
    async (name) => {
      const server = await serveTls(target, answer(200, 'through'));
      const { url, asked } = await proxy(200, server.port);
      const { fetch } = http({ env: { [name]: url } });
      const headers = { authorization: 'id:token' };
      const response = await fetch('https://api.keyturn.test/v1', { headers });
      expect(await response.text()).toBe('through');
      expect(asked[0]).toMatch(/^CONNECT api\.keyturn\.test:443 /);
      expect(asked[0]).not.toContain('token');
    },
  );

  it('is asked for HTTP/1.1, and once for all requests', async () => {
    const versions: string[] = [];
    const port = await serveHttp2(target, (version) => versions.push(version));
    const { url, asked } = await proxy(200, port);
    const { fetch } = http({ env: { HTTPS_PROXY: url } });
    for (let i = 0; i < 2; i++) await fetch('https://api.keyturn.test/');
    expect(versions).toEqual(['1.1', '1.1']);
    expect(asked).toHaveLength(1);
  });

  it('is left when all ends', async () => {
    const server = await serveTls(target, silence);
    const { url } = await proxy(200, server.port);
    const { fetch } = http({ env: { HTTPS_PROXY: url } });
    const pending = failure(fetch('https://api.keyturn.test/', { method: 'POST' }));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fetch.close();
    expect(await pending).toMatchObject({ code: 'NETWORK_FAILED', effect: 'unknown' });
  });

  it.each(['NO_PROXY', 'no_proxy'])('is left alone for the hosts of %s', async (name) => {
    withoutNames('ENOTFOUND');
    const { url, asked } = await proxy(200);
    const { fetch } = http({ env: { HTTPS_PROXY: url, [name]: '.invalid' }, retries: 0 });
    await failure(fetch('https://api.keyturn.invalid/'));
    expect(asked).toEqual([]);
  });

  it('is never used for loopback', async () => {
    const server = await serve(answer(200));
    const { url, asked } = await proxy(200);
    const { fetch } = http({ env: { HTTPS_PROXY: url, HTTP_PROXY: url } });
    expect((await fetch(server.url)).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('that takes long is waited for, and whether the run still holds its lock is asked again', async () => {
    const server = await serveTls(target, answer(200));
    const { url, asked } = await proxy(200, server.port, 1200);
    const { fetch } = http({ env: { HTTPS_PROXY: url } });
    let confirmed = 0;
    const beforeWrite = async (): Promise<void> => void confirmed++;
    const to = 'https://api.keyturn.test/';
    expect((await fetch(to, { method: 'PUT', body: '{}', beforeWrite })).status).toBe(200);
    expect({ confirmed, connections: asked.length }).toEqual({ confirmed: 2, connections: 1 });
    expect(server.requests).toHaveLength(1);
  });

  it('that takes long carries nothing of a run that was overtaken meanwhile', async () => {
    const server = await serveTls(target, answer(200));
    const { url } = await proxy(200, server.port, 1200);
    const { fetch } = http({ env: { HTTPS_PROXY: url } });
    const overtaken = new KeyturnError('STATE_LOST', 'overtaken', { effect: 'none' });
    let confirmed = 0;
    const beforeWrite = async (): Promise<void> => {
      if (++confirmed > 1) throw overtaken;
    };
    const writing = fetch('https://api.keyturn.test/', { method: 'DELETE', beforeWrite });
    await expect(writing).rejects.toBe(overtaken);
    expect(server.requests).toEqual([]);
  });

  it('that takes long is named by how long it took, where nothing may be tried again', async () => {
    const server = await serveTls(target, answer(200));
    const { url } = await proxy(200, server.port, 1200);
    const { fetch } = http({ env: { HTTPS_PROXY: url }, retries: 0 });
    const beforeWrite = (): Promise<void> => Promise.resolve();
    const error = await failure(fetch('https://api.keyturn.test/', { method: 'PUT', beforeWrite }));
    expect(error).toMatchObject({ code: 'TIMED_OUT', effect: 'none' });
    expect(server.requests).toEqual([]);
  });

  it('that refuses is named, and nothing was sent', async () => {
    const { url } = await proxy(407);
    const withPassword = url.replace('127', 'user:CANARY@127');
    const { fetch, clock } = http({ env: { HTTPS_PROXY: withPassword } });
    const error = await failure(fetch('https://api.keyturn.test/', { method: 'POST' }));
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(error.message).toContain('the proxy requires a password');
    expect(error.hint).toMatch(/HTTPS_PROXY/);
    expect(error.message + error.hint).not.toContain('CANARY');
    expect(clock.slept).toEqual([]);
  });

  it('that forbids the host is told from one that wants a password', async () => {
    const { url } = await proxy(403);
    const { fetch } = http({ env: { HTTPS_PROXY: url } });
    const error = await failure(fetch('https://api.keyturn.test/'));
    expect(error.message).toContain('the proxy refused the connection (status 403)');
  });

  it.each(['proxy CANARY', 'ftp://CANARY.test', 'xhttp://CANARY.test'])(
    'that is not an http URL is a mistake in the configuration: %s',
    async (proxyUrl) => {
      const { fetch } = http({ env: { HTTPS_PROXY: proxyUrl } });
      const error = await failure(fetch('https://api.keyturn.test/'));
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
      expect(error.message).not.toContain('CANARY');
    },
  );
});

/** Leads what comes in to the port, and back. */
function lead(socket: Socket, port: number): void {
  const upstream = connect(port, '127.0.0.1');
  upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
  socket.pipe(upstream).pipe(socket);
}
