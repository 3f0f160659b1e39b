import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { installation } from '../src/connection.ts';
import { call, contextFor, openSink, TOKEN } from './context.ts';
import { said, startServer } from './server.ts';

const ME = 'GET /me';
const me = { status: 200, body: { id: 'x', login: 'ada', name: 'Ada' } };

async function tell(url: string, env: Record<string, string>) {
  const { fetch } = contextFor(url);
  const sink = await openSink('circleci:gh/acme/web', url, {
    env: { CIRCLE_HOST: url, ...env },
    fetch,
  });
  return sink.credentials?.(call);
}

describe('what the sink acts with', () => {
  it('is told with whose it is, by one request', async () => {
    await using server = await startServer({ [ME]: me });
    expect(await tell(server.url, { CIRCLECI_TOKEN: TOKEN })).toEqual({
      source: 'CIRCLECI_TOKEN',
      form: 'a personal API token',
      owner: 'ada',
      warnings: [],
    });
    expect(server.routes).toEqual([ME]);
  });

  it('is told to be old where contexts may refuse it', async () => {
    await using server = await startServer({ [ME]: me });
    const report = await tell(server.url, { CIRCLE_TOKEN: '0123456789abcdef'.repeat(2) });
    expect(report).toMatchObject({ source: 'CIRCLE_TOKEN', warnings: [expect.any(String)] });
  });

  it('rejects where it is refused', async () => {
    await using server = await startServer({ [ME]: said(401, 'Invalid token provided.') });
    const error = await errorOf(tell(server.url, { CIRCLECI_TOKEN: TOKEN }));
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
  });

  it("rejects a project's token, without a request", async () => {
    await using server = await startServer({ [ME]: me });
    const error = await errorOf(tell(server.url, { CIRCLECI_TOKEN: 'CCIPRJ_CANARY' }));
    expect(error.message).toMatch(/CIRCLECI_TOKEN.*project/);
    expect(server.routes).toEqual([]);
  });
});

describe('the address of CircleCI', () => {
  it('may be written with the path of its API', () => {
    const { api } = installation({ CIRCLE_HOST: 'https://ci.example.com/api/v2/' });
    expect(api).toBe('https://ci.example.com/api/v2');
  });
});
