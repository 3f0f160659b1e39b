import { errorOf, type Reply } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { environmentToken, installation } from '../src/connection.ts';
import { call, openSink } from './context.ts';
import { said, startServer } from './server.ts';

const LIST = 'GET /project/gh/acme/web/envvar';

async function refused(reply: Reply) {
  await using server = await startServer({ 'GET /project/gh/acme/web': reply, [LIST]: reply });
  const sink = await openSink('circleci:gh/acme/web', server.url);
  const error = await errorOf(sink.check(['TOKEN'], call));
  expect(error.message + error.hint).not.toContain('CANARY');
  return error;
}

describe('the hint of a refusal', () => {
  it.each<[string, Reply, string, RegExp]>([
    ['an old token', said(401, 'New format tokens are needed'), 'AUTH_DENIED', /July 2023/],
    ['an IP address', said(403, 'Your IP is not allowed'), 'PERMISSION_DENIED', /IP address/],
    ['single sign-on', said(403, 'SSO required'), 'PERMISSION_DENIED', /single sign-on/],
    ['a suspended account', said(403, 'Account suspended'), 'PERMISSION_DENIED', /suspended/],
    [
      'another server',
      { status: 404, body: '<html><title>Not Found</title>' },
      'CONFIG_INVALID',
      /CIRCLE_HOST/,
    ],
    ['a login page', { status: 200, body: '<title>Log in</title>' }, 'ANSWER_INVALID', /login/],
  ])('names %s', async (_, reply, code, hint) => {
    const error = await refused(reply);
    expect(error).toMatchObject({ code, effect: 'none' });
    expect(error.hint).toMatch(hint);
  });
});

describe('what is refused before any request', () => {
  it.each([
    ['https://circleci.com/api/v1.1', 'with https://circleci.com.'],
    ['https://circleci.com/gh/acme', 'with https://circleci.com.'],
    ['https://ci.acme.example/api', 'with https://ci.acme.example.'],
  ])('is the address %s', (url, instead) => {
    expect(() => installation({ CIRCLE_HOST: url })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        hint: expect.stringContaining(instead) as string,
      }) as Error,
    );
  });

  it('is a token with a line break, which is not shown', () => {
    expect(() => environmentToken({ CIRCLE_TOKEN: 'CCIPAT_CANARY\nx' })).toThrow(
      expect.objectContaining({ message: 'CIRCLE_TOKEN contains a line break' }) as Error,
    );
  });
});
