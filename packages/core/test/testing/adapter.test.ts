import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import { adapterContext, errorOf, startServer } from '../../src/testing/index.ts';

const { fetch } = adapterContext();

describe('a server that answers as it is told', () => {
  it('knows its routes, by path and query, and how often each was asked for', async () => {
    await using server = await startServer(
      {
        'GET /a?b=1': { status: 200, body: { c: 2 } },
        'POST /a': ({ body }, count) => ({ status: 201, body: { ...body, count } }),
        'GET /text': { status: 429, headers: { 'retry-after': '7' }, body: 'later' },
      },
      '/api',
    );
    const ask = async (path: string, init?: object): Promise<[number, string]> => {
      const response = await fetch(`${server.url}/api${path}`, init);
      return [response.status, await response.text()];
    };
    expect(await ask('/a?b=1')).toEqual([200, '{"c":2}']);
    const post = { method: 'POST', body: '{"d":3}', headers: { 'x-e': '4' } };
    expect(await ask('/a', post)).toEqual([201, '{"d":3,"count":0}']);
    expect(await ask('/a', post)).toEqual([201, '{"d":3,"count":1}']);
    expect(await ask('/text')).toEqual([429, 'later']);
    expect(await ask('/other')).toEqual([418, '{"message":"no GET /other"}']);
    expect(server.routes).toEqual(['GET /a?b=1', 'POST /a', 'POST /a', 'GET /text', 'GET /other']);
    expect(server.received[1]).toMatchObject({ body: { d: 3 }, headers: { 'x-e': '4' } });
  });

  it('cuts the connection, or never answers, and ends with its test all the same', async () => {
    await using server = await startServer({
      'GET /cut': { status: 0, cut: true },
      'GET /hang': { status: 0, hang: true },
    });
    await expect(fetch(`${server.url}/cut`)).rejects.toThrow('fetch failed');
    const controller = new AbortController();
    const hanging = fetch(`${server.url}/hang`, { signal: controller.signal });
    await expect.poll(() => server.routes).toContain('GET /hang');
    controller.abort();
    await expect(hanging).rejects.toThrow(/abort/i);
  });
});

describe('the error of a call', () => {
  it('is the one that it rejects with', async () => {
    const error = new KeyturnError('TIMED_OUT', 'too late');
    await expect(errorOf(Promise.reject(error))).resolves.toBe(error);
  });

  it('is one of ours, and is there', async () => {
    await expect(errorOf(Promise.resolve(1))).rejects.toThrow('no KeyturnError was thrown');
    await expect(errorOf(Promise.reject(new Error('x')))).rejects.toThrow('no KeyturnError');
  });
});
