import { describe, expect, it } from 'vitest';

import { failure, http } from './support/http.ts';
import { answer, serve, serveRaw } from './support/servers.ts';

const HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'x-many': ['a', 'b'],
  'set-cookie': ['a=1', 'b=2'],
} as const;
const TEXT = '\uFEFF{"a":"ä€"}';

/** The same response, from our fetch and from Node's. */
async function both(status: number, body: string): Promise<readonly [Response, Response]> {
  const server = await serve(answer(status, body, HEADERS as never));
  const { fetch } = http();
  return [await fetch(server.url), await globalThis.fetch(server.url)];
}

const readers = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  arrayBuffer: async (response) => [...new Uint8Array(await response.arrayBuffer())],
  bytes: async (response) => [...(await response.bytes())],
  blob: async (response) => (await response.blob()).type,
  stream: async (response) => {
    const parts: Uint8Array[] = [];
    for await (const part of response.body ?? []) parts.push(part);
    return Buffer.concat(parts).toString();
  },
} satisfies Record<string, (response: Response) => Promise<unknown>>;

describe('a response', () => {
  it.each(Object.entries(readers))('is read as that of Node: %s', async (_, read) => {
    const [ours, theirs] = await both(200, TEXT);
    const copy = ours.clone();
    expect(ours.bodyUsed).toBe(false);
    expect(await read(ours)).toEqual(await read(theirs));
    expect([ours.bodyUsed, theirs.bodyUsed]).toEqual([true, true]);
    await expect(ours.text()).rejects.toThrow(TypeError);
    await expect(ours.arrayBuffer()).rejects.toThrow(TypeError);
    expect(() => ours.clone()).toThrow(TypeError);
    expect([...copy.headers]).toEqual([...ours.headers]);
    expect(await copy.text()).toBe(TEXT.slice(1));
  });

  it('may be looked at before it is read', async () => {
    const [ours] = await both(200, TEXT);
    expect(ours.body).not.toBeNull();
    expect(ours.bodyUsed).toBe(false);
    expect(await ours.text()).toBe(TEXT.slice(1));
  });

  it('may be a form', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const server = await serve(answer(200, 'a=1&b=2', headers));
    const { fetch } = http();
    expect([...(await (await fetch(server.url)).formData()).entries()]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect((await fetch(server.url)).headers.getSetCookie()).toEqual([]);
  });

  it('without a body has a copy without one', async () => {
    const [ours] = await both(204, '');
    expect(ours.clone().body).toBeNull();
    expect(await ours.text()).toBe('');
  });

  it.each(['099', '600'])('is none with status %s', async (status) => {
    const text = `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`;
    const port = await serveRaw((socket) => socket.once('data', () => socket.end(text)));
    const { fetch } = http();
    const error = await failure(fetch(`http://127.0.0.1:${port}`, { method: 'POST' }));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
  });

  it.each([200, 204, 205, 299, 300, 304, 404, 599])(
    'shows the same for status %s',
    async (status) => {
      const [ours, theirs] = await both(status, [204, 205, 304].includes(status) ? '' : '{}');
      for (const key of ['status', 'ok', 'url', 'redirected'] as const)
        expect(ours[key]).toBe(theirs[key]);
      expect(ours.body === null).toBe(theirs.body === null);
      expect(ours.type).toBe(new Response().type);
    },
  );

  it('has the same headers, which cannot be changed', async () => {
    const [{ headers: ours }, { headers: theirs }] = await both(200, '{}');
    const ofServer = (name: string): boolean =>
      !['date', 'connection', 'keep-alive'].includes(name);
    const shown = (headers: Headers): unknown => [...headers].filter(([name]) => ofServer(name));
    expect(shown(ours)).toEqual(shown(theirs));
    expect([...ours.keys()]).toEqual([...ours].map(([name]) => name));
    expect([...ours.values()]).toEqual([...ours].map(([, value]) => value));
    const each: string[] = [];
    ours.forEach((value, name) => void each.push(name, value));
    expect(each).toEqual([...ours].flat());
    for (const name of ['X-Many', 'content-type', 'none', 'constructor']) {
      expect(ours.get(name)).toBe(theirs.get(name));
      expect(ours.has(name)).toBe(theirs.has(name));
    }
    expect(ours.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(() => ours.set('a', 'b')).toThrow(TypeError);
    expect(() => ours.append('a', 'b')).toThrow(TypeError);
    expect(() => ours.delete('a')).toThrow(TypeError);
  });
});
