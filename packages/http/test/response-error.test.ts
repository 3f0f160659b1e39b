import { inspect } from 'node:util';

import { Secret } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { responseError } from '../src/index.ts';
import { FIREWALL } from '../src/messages.ts';
import { http } from './support/http.ts';
import { answer, reset, serve } from './support/servers.ts';

const what = 'github:acme/web: the secret';

describe('responseError', () => {
  it.each([
    [400, 'REMOTE_REJECTED', 'none'],
    [401, 'AUTH_DENIED', 'none'],
    [403, 'PERMISSION_DENIED', 'none'],
    [404, 'TARGET_NOT_FOUND', 'none'],
    [408, 'REMOTE_FAILED', 'unknown'],
    [409, 'REMOTE_REJECTED', 'none'],
    [422, 'REMOTE_REJECTED', 'none'],
    [429, 'RATE_LIMITED', 'none'],
    [500, 'REMOTE_FAILED', 'unknown'],
    [502, 'REMOTE_FAILED', 'unknown'],
    [200, 'ANSWER_INVALID', 'unknown'],
  ])('makes of %d %s with effect %s', async (status, code, effect) => {
    const error = await responseError(new Response('', { status }), { what });
    expect(error).toMatchObject({ code, effect });
  });

  it.each([
    ['{"message":"Bad credentials"}', 'Bad credentials'],
    ['{"error":"invalid_token","error_description":"It expired"}', 'invalid_token, It expired'],
    ['{"message":{"key":["(A) has already been taken"]}}', 'key (A) has already been taken'],
    ['{"message":"No","errors":[{"field":"name","code":"x"}]}', 'No, field name, code x'],
    ['Retry later\n', 'Retry later'],
    ['<!doctype html><p>Oops', 'an HTML page'],
    ['<html><title>\n Sign in </title>', 'an HTML page "Sign in"'],
    [`<html><title>${'x'.repeat(80)}</title>`, `an HTML page "${'x'.repeat(80)}"`],
    [`<html><title>${'x'.repeat(500)}</title>`, `an HTML page "${'x'.repeat(80)}…"`],
    ['{}', ''],
    ['[1]', ''],
    ['null', ''],
    ['', ''],
    ['expected a < b', 'expected a < b'],
    ['{"message":{"field":{"x":1}}}', ''],
    ['{"message":{"field":null}}', ''],
    ['{"message":{"a":{"b":{"c":{"d":"deep"}}}}}', 'a b c d deep'],
    ['{"message":{"a":{"b":{"c":{"d":{"e":"too deep"}}}}}}', ''],
    ['{"errors":["0","1","2","3","4","5","6","7","8","9","10"]}', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9'],
  ])('says what the server said: %s', async (body, said) => {
    const error = await responseError(new Response(body, { status: 422 }), { what });
    expect(error.message).toBe(`${what}: status 422${said === '' ? '' : `, ${said}`}`);
  });

  it('takes out secrets in any form, then cuts, then escapes', async () => {
    const secret = new Secret('pass "word"/1');
    const plain = 'pass "word"/1';
    const forms = [plain, 'pass%20%22word%22%2F1', btoa(plain), 'pass \\"word\\"/1'];
    for (const form of forms) {
      const message = `\u001B[31m${'x'.repeat(385)}${form}${'y'.repeat(500)}`;
      const response = new Response(JSON.stringify({ message }), { status: 400 });
      const error = await responseError(response, { what, secrets: [secret] });
      expect(error.message).toContain('\\u001b[31m');
      expect(error.message).toContain('[secret]');
      expect(error.message.length).toBeLessThan(460);
      expect(inspect(error)).not.toMatch(/word\\*"|word%22|d29yZ/);
    }
  });

  it('takes out secrets of several lines, whole or in parts', async () => {
    const secrets = ['ID=abc\nTOKEN=pscale_tkn_CANARY\n'];
    for (const message of [secrets[0], 'TOKEN=pscale_tkn_CANARY is not valid']) {
      const response = new Response(JSON.stringify({ message }), { status: 400 });
      const error = await responseError(response, { what, secrets });
      expect(error.message).toContain('[secret]');
      expect(error.message).not.toContain('CANARY');
    }
    const response = new Response(JSON.stringify({ message: 'a b' }), { status: 400 });
    const short = await responseError(response, { what, secrets: ['a\nb'] });
    expect(short.message).toContain('400, [secret]');
  });

  it('takes out whole lines, but none that is too short to be secret', async () => {
    const said = async (message: string, ...secrets: string[]): Promise<string> => {
      const response = new Response(JSON.stringify({ message }), { status: 400 });
      return (await responseError(response, { what: 'x', secrets })).message;
    };
    expect(await said('KEY=1234 KEY=123', 'KEY=1234\nKEY=123')).toBe('x: status 400, [secret]');
    expect(await said('KEY=1234, KEY=123', 'KEY=1234\nKEY=123')).toBe(
      'x: status 400, [secret], KEY=123',
    );
    expect(await said('long-secret-1', 'long-secret', 'long-secret-1')).toBe(
      'x: status 400, [secret]',
    );
    // Eight characters of a line are a secret, seven are not.
    expect(await said('KEY=1234, KEY=123', 'KEY=1234\nabc')).toBe(
      'x: status 400, [secret], KEY=123',
    );
    expect(await said('12345678 1234567', 'abc\n12345678')).toBe('x: status 400, [secret] 1234567');
    expect(await said('a line that is secret', 'a line that is secret\nb')).not.toContain('line');
    expect(await said('a  b', 'a  b')).toBe('x: status 400, [secret]');
    expect(await said('say \\"a\\"', 'say "a"')).toBe('x: status 400, [secret]');
    expect(await said('nothing secret', '')).toBe('x: status 400, nothing secret');
  });

  it('reads no more of a body than it needs', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(16_384).fill(0x78));
      },
    });
    await responseError(new Response(body, { status: 500 }), { what });
    expect(pulled).toBeLessThan(10);
  });

  it('has the hint for the status', async () => {
    const hints = { 404: 'Create the environment first.' };
    const error = await responseError(new Response('', { status: 404 }), { what, hints });
    expect(error.hint).toBe('Create the environment first.');
    const usual = await responseError(new Response('', { status: 401 }), { what, hints });
    expect(usual.hint).toContain('expired');
  });

  it('prefers the hint for what the server said, without what is secret', async () => {
    const reasons = [
      [/IP allow list/, 'Use another address.'],
      [/lives (\d+) days/, ([, days]: readonly string[]) => `Choose less than ${days} days.`],
    ] as const;
    const hints = { 403: 'Ask for the permission.' };
    const hintOf = async (message: string) => {
      const response = new Response(JSON.stringify({ message }), { status: 403 });
      return (await responseError(response, { what, hints, reasons, secrets: ['99'] })).hint;
    };
    expect(await hintOf(`${'x'.repeat(300)} IP allow list`)).toBe('Use another address.');
    expect(await hintOf(`${'x'.repeat(1000)} IP allow list`)).toBe('Ask for the permission.');
    expect(await hintOf('it lives 30 days')).toBe('Choose less than 30 days.');
    expect(await hintOf('it lives 99 days')).toBe('Ask for the permission.');
    expect(await hintOf('Forbidden')).toBe('Ask for the permission.');
  });

  it.each([
    ['<html><title>Not Found</title>', {}, true],
    ['404 page not found\n', { 'content-type': 'text/plain' }, true],
    ['Cannot GET /x', {}, true],
    ['{"message":"Not Found"}', {}, false],
    ['Project not found', {}, false],
    ['\n404 page not found', {}, true],
    ['Project: 404 page not found', {}, false],
    ['', {}, false],
  ])('knows a 404 of another server: %j', async (body, headers, isForeign) => {
    const response = new Response(body, { status: 404, headers });
    const error = await responseError(response, { what, hints: { 404: 'x' }, address: 'Use Y.' });
    expect(error).toMatchObject(
      isForeign
        ? { code: 'CONFIG_INVALID', hint: 'Use Y.' }
        : { code: 'TARGET_NOT_FOUND', hint: 'x' },
    );
  });

  it.each([
    [503, 'GitLab is under maintenance', {}, /under maintenance.*later/],
    [503, '<title>Down for maintenance</title>', {}, /under maintenance/],
    [503, 'maintenance', { 'retry-after': 'Thu, 26 Nov 2026 10:00:00 GMT' }, /2026-11-26T10:00:00/],
    [500, 'Oops', { 'retry-after': 'Thu, 26 Nov 2026 10:00:00 GMT' }, /2026-11-26T10:00:00/],
    [503, 'maintenance', { 'retry-after': 'soon' }, /later/],
    [503, 'maintenance', { 'retry-after': '30' }, /run it again later/],
    [500, 'Oops', {}, /^Run it again/],
  ])('says when to retry: %d %s %o', async (status, body, headers, hint) => {
    const error = await responseError(new Response(body, { status, headers }), { what });
    expect(error).toMatchObject({ code: 'REMOTE_FAILED' });
    expect(error.hint).toMatch(hint);
  });

  it('knows the page of a firewall, and no other server by its other refusals', async () => {
    const page = (status: number): Response => new Response('<title>Blocked</title>', { status });
    const [hints, address] = [{ 403: 'x', 404: 'y' }, 'Use Y.'];
    const refused = await responseError(page(403), { what, hints, address });
    expect(refused).toMatchObject({ code: 'PERMISSION_DENIED', hint: FIREWALL });
    const missing = await responseError(page(404), { what, hints });
    expect(missing).toMatchObject({ code: 'TARGET_NOT_FOUND', hint: 'y' });
    const words = new Response('Blocked', { status: 403 });
    expect((await responseError(words, { what, hints })).hint).toBe('x');
  });

  it('knows a proxy that wants a password', async () => {
    const error = await responseError(new Response('', { status: 407 }), { what });
    expect(error).toMatchObject({ code: 'NETWORK_FAILED', effect: 'none' });
    expect(error.hint).toContain('HTTPS_PROXY');
  });

  it('has the code that is given for the status', async () => {
    const codes = { 409: 'TARGET_NOT_FOUND' } as const;
    const error = await responseError(new Response('', { status: 409 }), { what, codes });
    expect(error.code).toBe('TARGET_NOT_FOUND');
  });

  it('knows a read from a write', async () => {
    const server = await serve(answer(501));
    const { fetch } = http();
    expect((await responseError(await fetch(server.url), { what })).effect).toBe('none');
    const write = await fetch(server.url, { method: 'POST' });
    expect((await responseError(write, { what })).effect).toBe('unknown');
  });

  it('knows that a refusal proves little after a try without an answer', async () => {
    const server = await serve(reset, answer(403));
    const { fetch } = http();
    const response = await fetch(server.url, { method: 'PUT' });
    expect(await responseError(response, { what })).toMatchObject({
      code: 'PERMISSION_DENIED',
      effect: 'unknown',
    });
  });
});
