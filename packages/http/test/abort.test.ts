import { getEventListeners, once } from 'node:events';
import dns from 'node:dns';

import type { Clock } from '@keyturn/core';
import { describe, expect, it, vi } from 'vitest';

import * as messages from '../src/messages.ts';
import { StoppedClock } from './support/clock.ts';
import { failure, http } from './support/http.ts';
import { answer, reset, serve, silence } from './support/servers.ts';

const timers = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('the signal of the caller', () => {
  it('stops a request before anything is sent', async () => {
    const server = await serve(answer(200));
    const { fetch } = http();
    const signal = AbortSignal.abort();
    const error = await failure(fetch(server.url, { method: 'POST', signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(server.requests).toEqual([]);
    expect((await failure(fetch(server.url, { signal }))).code).toBe('INTERRUPTED');
  });

  it('stops a request that has been let go, and is not sent yet', async () => {
    const server = await serve(answer(200));
    const { fetch } = http({ retries: 0 });
    const controller = new AbortController();
    const request = failure(fetch(server.url, { method: 'POST', signal: controller.signal }));
    controller.abort();
    expect(await request).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect((await fetch(server.url)).status).toBe(200);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('stops a request whose connection is still being made, which is never sent', async () => {
    const controller = new AbortController();
    const server = await serve(answer(200));
    const url = server.url.replace('127.0.0.1', 'localhost');
    const { lookup } = dns;
    vi.spyOn(dns, 'lookup').mockImplementation((...args: unknown[]): void => {
      controller.abort();
      Reflect.apply(lookup, dns, args);
    });
    const { fetch } = http();
    await fetch(server.url);
    const before = timers();
    const error = await failure(fetch(url, { method: 'POST', signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect((await fetch(url)).status).toBe(200);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('closes the connection of a request that it stops', async () => {
    const controller = new AbortController();
    const closed: Promise<unknown>[] = [];
    const server = await serve((_, request) => {
      closed.push(once(request.socket, 'close'));
      controller.abort();
    });
    const { fetch } = http();
    await failure(fetch(server.url, { signal: controller.signal }));
    expect(await Promise.all(closed)).toHaveLength(1);
  });

  it('has no listener of ours when a request is over, and no timer is left', async () => {
    const { signal } = new AbortController();
    const server = await serve(answer(200), reset);
    const { fetch } = http({ retries: 0 });
    await fetch(server.url, { signal });
    const before = timers();
    await failure(fetch(server.url, { signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('stops a request that waits for its answer', async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const { fetch } = http();
    const error = await failure(fetch(server.url, { method: 'POST', signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'unknown' });
  });

  it('stops the reading of an answer', async () => {
    const controller = new AbortController();
    const server = await serve((response) => {
      response.writeHead(200).write('half');
      setImmediate(() => controller.abort());
    });
    const { fetch } = http();
    const error = await failure(fetch(server.url, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
  });

  it.each([
    ['a retry', answer(503)],
    ['a rate limit', answer(429, '', { 'retry-after': '60' })],
  ])('stops the wait for %s', async (_, step) => {
    const controller = new AbortController();
    const server = await serve((response, request) => {
      step(response, request);
      setImmediate(() => controller.abort());
    });
    const { fetch } = http({ clock: new StoppedClock() });
    const error = await failure(fetch(server.url, { signal: controller.signal }));
    expect(error.code).toBe('INTERRUPTED');
    expect(server.requests).toHaveLength(1);
  });
});

describe('a wait', () => {
  /** Aborts as soon as somebody sleeps. Some clocks look at the signal, and some do not. */
  const aborting = (controller: AbortController, rejects: boolean): Clock => ({
    now: () => 0,
    sleep() {
      controller.abort();
      return rejects ? Promise.reject(new Error('aborted')) : Promise.resolve();
    },
  });

  it.each([
    ['for a retry', true, answer(503, '', { 'retry-after': '1' })],
    ['for a retry', false, answer(503, '', { 'retry-after': '1' })],
    ['for a rate limit', true, answer(429, '', { 'retry-after': '1' })],
    ['for a rate limit of unknown length', true, answer(429)],
    ['for a rate limit of unknown length', false, answer(429)],
  ])('%s ends when the caller aborts (the clock rejects: %s)', async (_, rejects, step) => {
    const controller = new AbortController();
    const server = await serve(step);
    const { fetch } = http({ clock: aborting(controller, rejects) });
    const init = { method: 'POST', signal: controller.signal };
    const error = await failure(fetch(server.url, init));
    expect(error).toMatchObject({ code: 'INTERRUPTED', effect: 'none' });
    expect(server.requests).toHaveLength(1);
  });

  it.each([undefined, new AbortController().signal])(
    'does not hide a broken clock',
    async (signal) => {
      const server = await serve(answer(503));
      const broken = new Error('broken clock');
      const { fetch } = http({ clock: { now: () => 0, sleep: () => Promise.reject(broken) } });
      const init = signal === undefined ? {} : { signal };
      await expect(fetch(server.url, init)).rejects.toBe(broken);
    },
  );
});

describe('close', () => {
  it('ends what is under way, and lets nothing start any more', async () => {
    const server = await serve(silence);
    const { fetch, clock } = http();
    const pending = failure(fetch(server.url, { method: 'POST' }));
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await fetch.close();
    const message = `${new URL(server.url).host}: ${messages.closed.message}`;
    expect(await pending).toMatchObject({ code: 'NETWORK_FAILED', message, effect: 'unknown' });
    expect(await failure(fetch(server.url, { method: 'POST' }))).toMatchObject({
      code: 'NETWORK_FAILED',
      message,
      effect: 'none',
    });
    expect(clock.slept).toEqual([]);
  });

  it('works before the first request', async () => {
    const { fetch } = http();
    const server = await serve(answer(200));
    await fetch.close();
    expect((await failure(fetch(server.url))).code).toBe('NETWORK_FAILED');
    expect(server.requests).toEqual([]);
  });
});
