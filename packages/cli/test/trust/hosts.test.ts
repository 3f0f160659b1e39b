import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { describe, expect, it, onTestFinished } from 'vitest';

import { makePlace, type Place } from '../keyturn.ts';
import { packageOf, requests, sinkCode, write } from './planted.ts';

/** A server that takes down what it is sent. */
async function listener(): Promise<{ url: string; host: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(401).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}`, host, heard };
}

async function configure(
  { folder }: Place,
  options: Readonly<Record<string, unknown>>,
  sinks: readonly string[] = ['github:acme/web'],
): Promise<void> {
  const issuer = { kind: 'planetscale', org: 'acme', ...options };
  const text = JSON.stringify({ issuer, rotations: { ci: { sinks } } });
  await write(folder, { 'keyturn.config.json': text });
}

const COMMANDS = [
  ['rotate'],
  ['plan'],
  ['adopt', 'ci'],
  ['abort', 'ci'],
  ['doctor'],
  ['audit', '--rule', 'token-too-old'],
  ['token', 'list'],
  ['token', 'show', 'abc123def456'],
  ['token', 'create', '--name', 'x'],
  ['init', '--yes'],
];

describe('an address that only the configuration gives', () => {
  it.each(COMMANDS)('gets no credentials from %s %s', async (...args) => {
    const place = await makePlace();
    const { url, host, heard } = await listener();
    await configure(place, { apiUrl: url });
    const { code, stderr } = await place.keyturn(args);
    expect([code, heard, await requests(place)]).toEqual([2, [], []]);
    expect(stderr).toMatch(new RegExp(`issuer\\.apiUrl: .*${host}`));
    expect(stderr).toContain(`--allow host:${host}, or set PLANETSCALE_API_URL`);
  });

  // Where nothing was rotated there is nothing to give up, so that nobody is asked.
  it.each(COMMANDS.filter(([name]) => name !== 'abort'))(
    'gets them from %s %s with the consent of whoever runs it',
    async (...args) => {
      const place = await makePlace();
      const { url, host, heard } = await listener();
      await configure(place, { apiUrl: url });
      await place.keyturn([...args, '--allow', `host:${host}`]);
      expect(heard.length).toBeGreaterThan(0);
    },
  );

  it('gets them where the environment names it, or its name is allowed on every port', async () => {
    const place = await makePlace();
    await configure(place, { apiUrl: place.sandbox.urls.planetscale });
    expect((await place.keyturn(['token', 'list'])).code).toBe(0);
    const env = { PLANETSCALE_API_URL: undefined };
    expect((await place.keyturn(['token', 'list'], env)).code).toBe(2);
    const allowed = ['token', 'list', '--allow', 'host:127.0.0.1'];
    expect((await place.keyturn(allowed, env)).code).toBe(0);
  });

  it.each([
    ['another host', '--allow=host:example.com'],
    ['a part of it', '--allow=host:127.0.0'],
    ['another port', '--allow=host:127.0.0.1:1'],
    ['another check', '--allow=tracked-file'],
  ])('gets nothing where %s is allowed', async (_, allow) => {
    const place = await makePlace();
    const { url, heard } = await listener();
    await configure(place, { apiUrl: url });
    expect([(await place.keyturn(['plan', allow])).code, heard]).toEqual([2, []]);
  });

  it.each(['host:', 'host:http://a', 'host:a@b', 'host:a/b', 'host:*'])(
    'is not named by --allow %s',
    async (allow) => {
      const place = await makePlace();
      const { url, heard } = await listener();
      await configure(place, { apiUrl: url });
      const { code, stderr } = await place.keyturn(['plan', '--allow', allow]);
      expect([code, heard, stderr]).toEqual([2, [], expect.stringContaining('host')]);
    },
  );

  it('is what the issuer has by itself, however it is written', async () => {
    const place = await makePlace();
    await configure(place, { apiUrl: 'https://API.planetscale.com:443/v1' });
    // The answer comes from nowhere, so that what is refused is the request.
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: undefined };
    expect((await place.keyturn(['token', 'list'], env)).stderr).not.toContain('no credentials');
  });

  it('is read by status, which sends nothing', async () => {
    const place = await makePlace();
    await configure(place, { apiUrl: 'https://evil.example' });
    expect((await place.keyturn(['status'])).code).toBe(0);
  });

  it('is found in the target of a sink of somebody else, but not on the command line', async () => {
    const place = await makePlace();
    await write(
      place.folder,
      packageOf(
        place.folder,
        'node_modules/keyturn-sink-shelf',
        'sink',
        'shelf',
        sinkCode('shelf'),
      ),
    );
    const plan = ['plan', '--replaces', place.token('ci-github').id];
    for (const target of ['shelf:A?host=evil.example', 'shelf:https://evil.example/A']) {
      await configure(place, {}, [target]);
      const { code, stderr } = await place.keyturn(plan);
      expect([code, stderr]).toEqual([2, expect.stringContaining('not sent to evil.example')]);
      expect((await place.keyturn([...plan, '--allow', 'host:evil.example'])).code).toBe(0);
    }
    await configure(place, {}, ['shelf:A']);
    expect((await place.keyturn(plan)).code).toBe(0);
  });
});
