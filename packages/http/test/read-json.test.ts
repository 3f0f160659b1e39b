import { describe, expect, it } from 'vitest';

import { readJson, responseError } from '../src/index.ts';
import { ALTERED } from '../src/messages.ts';
import { failure, http } from './support/http.ts';
import { answer, serve } from './support/servers.ts';

const what = 'github:acme/web: the secret';
const MOST = 8 * 1024 * 1024;
const MOST_OF_AN_ERROR = 64 * 1024;

describe('readJson', () => {
  it('returns objects, or arrays where they are wanted, without __proto__', async () => {
    const object = new Response('{"a":{"__proto__":{"b":1},"c":2}}');
    expect(JSON.stringify(await readJson(object, { what }))).toBe('{"a":{"c":2}}');
    expect(await readJson(new Response('[1]'), { what, type: 'array' })).toEqual([1]);
  });

  it.each(['', '<html>', '{"a":', 'null', '"text"', '[1]', '['.repeat(100_000)])(
    'refuses anything else: %.10s',
    async (body) => {
      const error = await failure(readJson(new Response(body), { what }));
      expect(error).toMatchObject({ code: 'ANSWER_INVALID', effect: 'unknown' });
      expect(error.message).toContain('is not a JSON object');
    },
  );

  it.each([
    ['', {}, 'it is empty'],
    ['<html><title>Sign in</title>', {}, 'it is a login page'],
    ['<html><title>CANARY', {}, 'it is an HTML page'],
    ['OK', { 'content-type': 'text/plain; charset=utf-8' }, 'it is text (text/plain)'],
    ['{"a":', { 'content-type': 'application/json' }, 'it is invalid JSON'],
    ['[1]', {}, 'it is a JSON array'],
    ['"text"', {}, 'it is another JSON value'],
    [' \n', {}, 'it is empty'],
    ['log in', { 'content-type': 'text/plain ; charset=utf-8' }, 'it is text (text/plain)'],
    ['x', { 'content-type': 'text/plain CANARY' }, 'it is text'],
    ['x', { 'content-type': '"CANARY" text/plain' }, 'it is text'],
    ['x', { 'content-type': `text/${'y'.repeat(200)}` }, 'it is text'],
  ])('says what came instead: %j', async (body, headers, came) => {
    const error = await failure(readJson(new Response(body, { headers }), { what }));
    expect(error.message).toBe(`${what}: the response (status 200) is not a JSON object: ${came}`);
    expect(error.message.length).toBeLessThan(250);
    expect(error.message).not.toContain('CANARY');
  });

  it('says what to do about a login page, and about an address', async () => {
    const page = new Response('<title>Sign in</title>');
    expect((await failure(readJson(page, { what }))).hint).toMatch(/login/);
    const other = new Response('<title>Welcome</title>');
    const error = await failure(readJson(other, { what, address: 'Check X.' }));
    expect(error.hint).toBe('Check X.');
    const usual = await failure(readJson(new Response('OK <title>Log in</title>'), { what }));
    expect(usual.hint).toBe(ALTERED);
  });
});

describe('a body', () => {
  const inChunks = (...chunks: Uint8Array[]): Response =>
    new Response(ReadableStream.from<Uint8Array>(chunks), { status: 400 });

  it('may be cut anywhere on its way, in the middle of a character too', async () => {
    const bytes = Buffer.from('{"message":"é€😀"}');
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect(await readJson(inChunks(...single), { what })).toEqual({ message: 'é€😀' });
  });

  it('may end in the middle of a character', async () => {
    const error = await responseError(inChunks(Buffer.from('caf\u00e9').subarray(0, 4)), { what });
    expect(error.message).toBe(`${what}: status 400, caf\uFFFD`);
  });

  it('may have as many bytes as are read, and no more', async () => {
    const object = (size: number): Response => new Response('{"a":1}'.padEnd(size));
    expect(await readJson(object(MOST), { what })).toEqual({ a: 1 });
    const error = await failure(readJson(object(MOST + 1), { what }));
    expect(error.message).toBe(`${what}: the response (status 200) is not a JSON object`);
  });

  it('of an error is cut, wherever its chunks end', async () => {
    const whole = Buffer.from(`{"message":"x","pad":"${'y'.repeat(MOST_OF_AN_ERROR)}"}`);
    const chunks = [whole.subarray(0, 40_000), whole.subarray(40_000)];
    for (const response of [inChunks(whole), inChunks(...chunks)])
      expect((await responseError(response, { what })).message).toContain('{"message"');
  });

  it('that is not there or was read already is an empty one', async () => {
    const read = new Response('{"message":"x"}', { status: 400 });
    await read.text();
    for (const response of [new Response(null, { status: 400 }), read]) {
      expect((await responseError(response, { what })).message).toBe(`${what}: status 400`);
      const error = await failure(readJson(response, { what }));
      expect(error.message).toContain('it is empty');
    }
  });

  it('may come without a word of what it is', async () => {
    const error = await failure(readJson(inChunks(Buffer.from('x')), { what }));
    expect(error.message).toMatch(/it is text$/);
  });

  it('that our own fetch has read is bounded in the same way', async () => {
    const [whole, larger] = [MOST_OF_AN_ERROR, MOST_OF_AN_ERROR + 1].map((size) =>
      '{"message":"x"}'.padEnd(size),
    );
    const server = await serve(
      answer(400, whole),
      answer(400, `{"message":"x","pad":"${larger}"}`),
      answer(200, '{"a":1}'.padEnd(MOST)),
      answer(200, '{"a":1}'.padEnd(MOST + 1)),
    );
    const { fetch } = http({ maxBytes: 2 * MOST });
    const short = await responseError(await fetch(server.url), { what });
    expect(short.message).toBe(`${what}: status 400, x`);
    const long = await responseError(await fetch(server.url), { what });
    expect(long.message).toContain('{"message"');
    expect(await readJson(await fetch(server.url), { what })).toEqual({ a: 1 });
    const error = await failure(readJson(await fetch(server.url), { what }));
    expect(error).toMatchObject({ code: 'ANSWER_INVALID' });
  });
});
