import { EMPTY } from '@keyturn/core/ledger';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import {
  append,
  collect,
  labelsOf,
  LEASE,
  machineOf,
  never,
  opened,
  outcome,
  started,
  world,
} from './support.ts';

describe('the lease of a lock', () => {
  it('is looked at without a request, until little is left of it', async () => {
    const place = await world();
    const lock = await (await place.open()).lock('one', 'writer');
    const until = lock.heldUntil ?? 0;
    expect(until).toBeLessThanOrEqual(place.clock.now() + LEASE);
    await place.forgetRequests();
    await lock.confirm();
    await place.clock.advance(LEASE * 0.7);
    await lock.confirm();
    expect(await place.requests()).toEqual([]);
    await place.clock.advance(LEASE * 0.1);
    await Promise.all([lock.confirm(), lock.confirm(), lock.confirm()]);
    expect(await place.routes()).toEqual(['PUT locks/one 200']);
    expect(lock.heldUntil).toBe(place.clock.now() + LEASE);
  });

  it('is never believed in longer than others wait', async () => {
    // The clock that stamps objects is far from the one that dates responses, and from this machine's.
    for (const storageOffsetMs of [-600_000, 0, 600_000])
      for (const rest of [0, 1, 499, 500, 999]) {
        const place = await world({ clocks: { s3: { storageOffsetMs } } });
        await place.clock.advance(rest);
        const lock = await (await place.open('alpha')).lock('one', 'first');
        const other = await place.open('beta');
        const until = lock.heldUntil ?? 0;
        await place.clock.advance(until - place.clock.now());
        expect(await outcome(other.lock('one', 'second'))).toBe('STATE_BUSY none');
        await place.clock.advance(7000);
        expect(await outcome(other.lock('one', 'second'))).toBe('done');
      }
  });

  it('starts before its request, however long that took', async () => {
    const place = await world();
    const slow: typeof place.context.fetch = async (url, init) => {
      if (init?.method === 'PUT' && url.includes('/locks/')) await place.clock.advance(50_000);
      const response = await place.context.fetch(url, init);
      if (init?.method === 'PUT' && url.includes('/locks/')) await place.clock.advance(50_000);
      return response;
    };
    const start = place.clock.now();
    const store = await place.open('alpha', { context: { ...place.context, fetch: slow } });
    const lock = await store.lock('one', 'slow');
    expect(lock.heldUntil).toBe(start + LEASE);
  });

  it('is renewed after an answer that was lost', async () => {
    const place = await world();
    const lock = await (await place.open()).lock('one', 'writer');
    await place.clock.advance(LEASE * 0.9);
    await place.faults({ provider: 's3', method: 'PUT', times: 1, action: { dropResponse: true } });
    await lock.confirm();
    await place.clock.advance(LEASE * 0.9);
    await lock.confirm();
    expect(lock.heldUntil).toBe(place.clock.now() + LEASE);
    await lock.release();
    expect(await outcome((await place.open('beta')).lock('one', 'next'))).toBe('done');
  });

  it('ends when nobody can renew it', async () => {
    const place = await world();
    const lock = await (await place.open('alpha')).lock('one', 'writer');
    await place.clock.advance(LEASE * 0.9);
    await place.faults({ provider: 's3', action: { reset: true } });
    expect(await outcome(lock.confirm())).toMatch(/^STATE_FAILED/);
    await place.clearFaults();
    await lock.confirm();
    await place.clock.advance(2 * LEASE);
    await (await place.open('beta')).lock('one', 'next');
    expect(await outcome(lock.confirm())).toBe('STATE_LOST none');
    expect(lock.signal.aborted).toBe(true);
  });

  it('says who has it, and what to do', async () => {
    const place = await world();
    await (await place.open('alpha')).lock('one', 'ci@runner-7');
    const error = await errorOf((await place.open('beta')).lock('one', 'late'));
    expect(error.message).toMatch(/"one" is held by ci@runner-7 \(process 4711 on alpha, since 20/);
    expect(error.hint).toMatch(
      /Wait until .* wait 125 seconds or run keyturn ledger unlock one\.$/,
    );
    expect(await (await place.open('beta')).holder?.('one')).toContain('ci@runner-7');
    await place.clock.advance(3 * LEASE);
    expect(await (await place.open('beta')).holder?.('one')).toBeUndefined();
  });

  it('is no matter to a run on the same machine whose holder was killed', async () => {
    const place = await world();
    const first = await (
      await place.open('alpha', { machine: machineOf('alpha', 1, { 1: 'running' }) })
    ).lock('one', 'killed');
    const revision = await append(first, EMPTY, opened());
    const next = await place.open('alpha', { machine: machineOf('alpha', 2, { 2: 'running' }) });
    const second = await next.lock('one', 'next');
    expect(await outcome(append(first, revision, started('late')))).toBe('STATE_LOST none');
    await append(second, revision, started('next'));
  });

  it('does not end while its process runs on the same machine', async () => {
    const place = await world();
    const both = { 1: 'running', 2: 'running' } as const;
    const first = await place.open('alpha', { machine: machineOf('alpha', 1, both) });
    await first.lock('one', 'busy');
    await place.clock.advance(10 * LEASE);
    const next = await place.open('alpha', { machine: machineOf('alpha', 2, both) });
    expect(await outcome(next.lock('one', 'next'))).toBe('STATE_BUSY none');
  });

  it('ends although its process lives on, if that does not know of it', async () => {
    const place = await world();
    const store = await place.open('alpha');
    // The marker and the lock are asked for; then every answer is lost.
    await place.faults({
      provider: 's3',
      path: 'locks/',
      after: 1,
      action: { dropResponse: true },
    });
    expect(await outcome(store.lock('one', 'lost'))).toBe('STATE_FAILED unknown');
    await place.clearFaults();
    expect(await outcome(store.lock('one', 'again'))).toBe('STATE_BUSY none');
    await place.clock.advance(2 * LEASE);
    await (await store.lock('one', 'again')).release();
  });

  it.each(['', '{', 'null', '{"state":"held","term":1e300}', '{"holder":{"pid":-1}}', '<html>'])(
    'ends by its age if it is damaged: %s',
    async (text) => {
      const place = await world();
      const store = await place.open();
      const lock = await store.lock('one', 'first');
      const revision = await append(lock, EMPTY, opened());
      await place.objects.put(place.keys.lock('one'), text, place.objects.client.call(never));
      expect(await outcome(store.lock('one', 'next'))).toBe('STATE_BUSY none');
      await place.clock.advance(2 * LEASE);
      const next = await store.lock('one', 'next');
      await append(next, revision, started('next'));
      expect(await outcome(append(lock, revision, started('late')))).toBe('STATE_LOST none');
    },
  );
});

describe('many runs at once', () => {
  it.each(['md5', 'opaque'] as const)('write one history (%s)', async (etag) => {
    const place = await world({
      s3: {
        buckets: { 'acme-keyturn': {} },
        keys: [{ accessKeyId: 'AK', secretAccessKey: 'a-secret-that-nobody-may-see' }],
        behaviour: { etag, conflicts: 1 },
      },
    });
    const written: string[] = [];
    const run = async (host: string): Promise<void> => {
      const store = await place.open(host);
      for (let turn = 0; turn < 4;) {
        const lock = await store.lock('one', host).catch(() => undefined);
        if (lock === undefined) {
          await new Promise((resolve) => setImmediate(resolve));
          continue;
        }
        const { records, revision } = await store.open('one');
        const label = `${host}-${turn++}`;
        await append(lock, revision, ...(records.length === 0 ? [opened()] : []), started(label));
        written.push(label);
        await lock.release();
      }
    };
    await Promise.all(['alpha', 'beta', 'gamma', 'delta'].map(run));
    const history = labelsOf(await collect((await place.open()).history('one')));
    expect(history).toEqual(written);
    expect(history).toHaveLength(16);
  });

  it('that know one end of the ledger: one of them writes', async () => {
    const place = await world();
    const revision = await (async () => {
      const lock = await (await place.open()).lock('one', 'writer');
      const end = await append(lock, EMPTY, opened());
      await lock.release();
      return end;
    })();
    const locks = [];
    for (const host of ['alpha', 'beta', 'gamma', 'delta']) {
      locks.push(await (await place.open(host)).lock('one', host));
      await place.clock.advance(2 * LEASE);
    }
    const results = await Promise.all(
      locks.map((lock, index) => outcome(append(lock, revision, started(`l-${index}`)))),
    );
    expect(results).toEqual(['STATE_LOST none', 'STATE_LOST none', 'STATE_LOST none', 'done']);
  });

  it('claim a key: one of them has it', async () => {
    const place = await world();
    const stores = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((host) => place.open(host)));
    const won = await Promise.all(stores.map((store) => store.claim('one', 'key')));
    expect(won.filter(Boolean)).toHaveLength(1);
    await place.faults({
      provider: 's3',
      path: 'claims/',
      times: 1,
      action: { dropResponse: true },
    });
    expect(await stores[0]?.claim('one', 'another')).toBe(true);
    expect(await stores[1]?.claim('one', 'another')).toBe(false);
  });
});

describe('the clock of the service', () => {
  it.each([-400_000, 0, 400_000])('is known to half a second (%i ms ahead)', async (ahead) => {
    const place = await world({ clocks: { s3: { frontOffsetMs: ahead } } });
    const store = await place.open();
    for (let i = 0; i < 7; i++) {
      await place.clock.advance(130);
      await place.clock.advance(61_000);
      const now = (await store.now?.()) ?? 0;
      expect(Math.abs(now - place.clock.now() - ahead)).toBeLessThanOrEqual(500);
    }
  });

  it('costs no request of its own in a run', async () => {
    const place = await world();
    const store = await place.open();
    await store.lock('one', 'writer');
    await place.forgetRequests();
    await store.now?.();
    expect(await place.requests()).toEqual([]);
  });

  it('has to be there', async () => {
    const place = await world({ clocks: { s3: { omitDate: true } } });
    const store = await place.open();
    expect((await errorOf(store.now?.() ?? Promise.resolve())).message).toContain('no Date');
    expect((await store.check?.())?.problems[0]?.message).toContain('no Date');
    expect((await errorOf(store.lock('one', 'writer'))).message).toContain('no Date');
  });
});
