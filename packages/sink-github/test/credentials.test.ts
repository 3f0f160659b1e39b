import { errorOf, startServer } from '@keyturn/core/testing';
import { startSandbox, type World } from '@keyturn/sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';

import { twoTokens } from '../src/messages.ts';
import { call, contextFor, openSink, TOKEN } from './context.ts';

const END = '2027-01-01T09:30:00.000Z';

async function open(env: Record<string, string>, tokens: object[] = []) {
  const world: World = { github: { 'acme/web': {}, tokens: tokens as never } };
  const sandbox = await startSandbox({ world });
  onTestFinished(() => sandbox.close());
  const context = contextFor(sandbox.urls.github);
  return openSink('github:acme/web', sandbox.urls.github, {
    env: { GITHUB_API_URL: sandbox.urls.github, ...env },
    fetch: context.fetch,
  });
}

describe('what the sink acts with', () => {
  it('is told with the scopes of a classic token and its end', async () => {
    const token = { token: TOKEN, kind: 'classic', scopes: ['repo', 'workflow'], expiresAt: END };
    const sink = await open({ GITHUB_TOKEN: TOKEN, GH_TOKEN: 'other' }, [token]);
    expect(await sink.credentials?.(call)).toEqual({
      source: 'GITHUB_TOKEN',
      form: expect.stringContaining('classic'),
      scopes: ['repo', 'workflow'],
      expiresAt: END,
      warnings: [twoTokens()],
    });
  });

  it('is told by its form where GitHub tells nothing', async () => {
    const value = 'github_pat_CANARY';
    const sink = await open({ GH_TOKEN: value }, [{ token: value, kind: 'fine-grained' }]);
    expect(await sink.credentials?.(call)).toEqual({
      source: 'GH_TOKEN',
      form: expect.stringContaining('fine-grained'),
      warnings: [],
    });
  });

  it('rejects where it is refused', async () => {
    const sink = await open({ GITHUB_TOKEN: TOKEN }, []);
    const error = await errorOf(sink.credentials?.(call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'AUTH_DENIED', effect: 'none' });
    expect(error.message).toContain('GITHUB_TOKEN');
  });

  it('rejects where the address is that of pages for people', async () => {
    await using server = await startServer({ 'GET /': { status: 200, body: '<html>' } });
    const sink = await openSink('github:acme/web', server.url);
    const error = await errorOf(sink.credentials?.(call) ?? Promise.resolve());
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect(error.hint).toContain('https://api.github.com');
  });
});
