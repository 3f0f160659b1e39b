import { describe, expect, it } from 'vitest';

import { control, createClock, deferred, github, planetscale, sandbox } from './support.ts';

const TOKENS = '/organizations/acme/service-tokens';

describe('the record of requests', () => {
  it('holds every request with its answer, in order', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now });
    await planetscale(box)('POST', TOKENS, { name: 'one' });
    await github(box)('GET', '/repos/acme/nothing?a=b');
    const { body } = await control(box)('GET', '/requests');
    expect(body).toHaveLength(2);
    expect(body[0]).toMatchObject({
      provider: 'planetscale',
      method: 'POST',
      path: '/v1/organizations/acme/service-tokens',
      status: 200,
      requestHeaders: { authorization: expect.stringMatching(/^admin/) as string },
      requestBody: '{"name":"one"}',
      responseBody: expect.stringContaining('"token":"pscale_tkn_') as string,
      at: new Date(clock.now()).toISOString(),
    });
    expect(body[1]).toMatchObject({
      provider: 'github',
      path: '/repos/acme/nothing?a=b',
      status: 404,
    });
  });

  it('keeps no body above 64 KiB', async () => {
    const box = await sandbox();
    await planetscale(box)('POST', TOKENS, { name: 'x'.repeat(70_000) });
    const { body } = await control(box)('GET', '/requests');
    expect(body[0].requestBody).toBe('[70011 bytes]');
    expect(body[0].responseBody).toMatch(/^\[\d+ bytes\]$/);
  });

  it('can be emptied', async () => {
    const box = await sandbox();
    await planetscale(box)('GET', TOKENS);
    await control(box)('DELETE', '/requests');
    expect((await control(box)('GET', '/requests')).body).toEqual([]);
  });
});

describe('faults', () => {
  it('answer something else, without the effect', async () => {
    const box = await sandbox();
    const before = box.state();
    await control(box)('POST', '/faults', [
      {
        provider: 'planetscale',
        method: 'POST',
        path: 'service-tokens$',
        action: { status: 429, headers: { 'retry-after': '7' }, body: { code: 'slow' } },
      },
    ]);
    const reply = await planetscale(box)('POST', TOKENS, {});
    expect([reply.status, reply.headers.get('retry-after'), reply.body]).toEqual([
      429,
      '7',
      { code: 'slow' },
    ]);
    expect(box.state()).toEqual(before);
    expect((await planetscale(box)('GET', TOKENS)).status).toBe(200);
  });

  it('skip the first requests and end after some', async () => {
    const box = await sandbox();
    await control(box)('POST', '/faults', { after: 1, times: 2, action: { status: 503 } });
    const api = planetscale(box);
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await api('GET', TOKENS)).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200]);
    const { body } = await control(box)('GET', '/faults');
    expect(body).toMatchObject([{ seen: 5, happened: 2 }]);
  });

  it('add up until they are cleared', async () => {
    const box = await sandbox();
    await control(box)('POST', '/faults', { provider: 'github', action: { status: 500 } });
    await control(box)('POST', '/faults', { path: 'page=2', action: { status: 502 } });
    expect((await github(box)('GET', '/user')).status).toBe(500);
    expect((await planetscale(box)('GET', `${TOKENS}?page=2`)).status).toBe(502);
    expect((await planetscale(box)('GET', TOKENS)).status).toBe(200);
    await control(box)('DELETE', '/faults');
    expect((await github(box)('GET', '/user')).status).toBe(200);
  });

  it('reset the connection before the effect', async () => {
    const box = await sandbox();
    await control(box)('POST', '/faults', { action: { reset: true } });
    await expect(planetscale(box)('POST', TOKENS, { name: 'lost' })).rejects.toThrow(
      'fetch failed',
    );
    expect(JSON.stringify(box.state())).not.toContain('"lost"');
    const { body } = await control(box)('GET', '/requests');
    expect(body).toMatchObject([{ status: null }]);
  });

  it('lose an answer after the effect', async () => {
    const box = await sandbox();
    await control(box)('POST', '/faults', { method: 'post', action: { dropResponse: true } });
    await expect(planetscale(box)('POST', TOKENS, { name: 'lost' })).rejects.toThrow(
      'fetch failed',
    );
    expect(JSON.stringify(box.state())).toContain('"lost"');
    const { body } = await control(box)('GET', '/requests');
    expect(body).toMatchObject([{ status: 200, dropped: true }]);
  });

  it('let an effect land after its client gave up', async () => {
    const arrived = deferred<number>();
    const wake = deferred<void>();
    const sleep = (milliseconds: number) => {
      arrived.resolve(milliseconds);
      return wake.promise;
    };
    const box = await sandbox({ sleep });
    await control(box)('POST', '/faults', { method: 'DELETE', action: { delayMs: 5000 } });
    const leaving = new AbortController();
    const pending = fetch(`${box.urls.github}/repos/acme/web/actions/secrets/DEPLOY_KEY`, {
      method: 'DELETE',
      headers: { authorization: `token ${box.env['GITHUB_TOKEN']}` },
      signal: leaving.signal,
    }).catch(String);
    expect(await arrived.promise).toBe(5000);
    leaving.abort();
    expect(await pending).toContain('aborted');
    expect(box.state().github?.['acme/web']?.actions).toHaveProperty('DEPLOY_KEY');
    wake.resolve(undefined);
    await expect
      .poll(() => box.state().github?.['acme/web']?.actions, { interval: 1 })
      .not.toHaveProperty('DEPLOY_KEY');
  });

  it.each([
    [{ action: {} }, 'needs a status'],
    [{ action: { state: 500 } }, 'no "state"'],
    [{ acton: {} }, 'no "acton"'],
    [{ path: '(', action: { reset: true } }, 'regular expression'],
    [{ action: { status: 99 } }, 'from 200'],
    [{ times: -1, action: { reset: true } }, 'times'],
    [{ action: { reset: 'yes' } }, 'true or false'],
    [{ action: { status: 500, headers: { a: 1 } } }, 'headers'],
    ['nonsense', 'JSON object'],
  ])('that make no sense are refused: %j', async (fault, message) => {
    const { status, body } = await control(await sandbox())('POST', '/faults', fault);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('latency', () => {
  it('is that of every request, with its jitter and the delay of its fault', async () => {
    const slept: number[] = [];
    const sleep = async (milliseconds: number) => {
      slept.push(milliseconds);
    };
    const box = await sandbox({ sleep, random: () => 0.5 });
    await planetscale(box)('GET', TOKENS);
    await control(box)('PUT', '/latency', { ms: 20, jitterMs: 10 });
    await planetscale(box)('GET', TOKENS);
    await control(box)('POST', '/faults', { action: { delayMs: 100 } });
    await github(box)('GET', '/user');
    await control(box)('PUT', '/latency', { ms: 0 });
    await control(box)('DELETE', '/faults');
    await github(box)('GET', '/user');
    expect(slept).toEqual([25, 125]);
  });

  it.each([{ ms: -1 }, { ms: '5' }, { seconds: 1 }])('cannot be %j', async (latency) => {
    expect((await control(await sandbox())('PUT', '/latency', latency)).status).toBe(400);
  });
});
