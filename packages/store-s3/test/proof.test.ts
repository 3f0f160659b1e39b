import type { S3Behaviour } from '@keyturn/sandbox';
import { EMPTY } from '@keyturn/core/ledger';
import { errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { append, BUCKET, never, opened, outcome, world } from './support.ts';

const keys = [{ accessKeyId: 'AK', secretAccessKey: 'a-secret-that-nobody-may-see' }];
const bad = (behaviour: S3Behaviour) =>
  world({ s3: { buckets: { [BUCKET]: {} }, keys, behaviour } });

const BAD: readonly (readonly [string, S3Behaviour, RegExp])[] = [
  ['ignores If-None-Match', { ifNoneMatch: 'ignored' }, /ignores If-None-Match/],
  ['ignores If-Match', { ifMatch: 'ignored' }, /ignores If-Match/],
  ['has no If-None-Match', { ifNoneMatch: 'unsupported' }, /does not support conditional writes/],
  ['has no If-Match', { ifMatch: 'unsupported' }, /does not support conditional writes/],
];

describe('a bucket without exclusion', () => {
  it.each(BAD)('that %s is a problem for doctor', async (_, behaviour, message) => {
    const { open, box } = await bad(behaviour);
    const report = await (await open()).check?.();
    expect(report?.problems).toHaveLength(1);
    expect(report?.problems[0]?.message).toMatch(message);
    expect(Object.keys(box.state().s3?.buckets?.[BUCKET]?.objects ?? {})).toEqual([]);
  });

  it.each(BAD)('that %s is refused before anything is written', async (_, behaviour, message) => {
    const { open, box } = await bad(behaviour);
    const store = await open();
    for (const write of [
      () => store.lock('one', 'writer'),
      () => store.claim('one', 'key'),
      () => store.unlock?.('one') ?? Promise.resolve(),
    ]) {
      const error = await errorOf(write());
      expect([error.code, error.effect]).toEqual(['STATE_FAILED', 'none']);
      expect(error.message).toMatch(message);
    }
    expect(Object.keys(box.state().s3?.buckets?.[BUCKET]?.objects ?? {})).toEqual([]);
  });
});

describe('a bucket that refuses, and writes all the same', () => {
  it('is a problem for doctor', async () => {
    const place = await world();
    const fetch: typeof place.context.fetch = async (url, init) => {
      const response = await place.context.fetch(url, init);
      const { pathname } = new URL(url);
      const key = pathname.slice(BUCKET.length + 2);
      if (response.status === 412)
        await place.objects.put(key, init?.body ?? '', place.objects.client.call(never));
      return response;
    };
    const store = await place.open('alpha', { context: { ...place.context, fetch } });
    expect((await store.check?.())?.problems).toHaveLength(1);
  });
});

describe('a bucket with exclusion', () => {
  it.each(['md5', 'opaque'] as const)('is proved once for a prefix (%s)', async (etag) => {
    const place = await bad({ etag });
    const first = await (await place.open()).lock('one', 'writer');
    await append(first, EMPTY, opened());
    await first.release();
    const probes = (await place.routes()).filter((route) => route.includes('probe/'));
    expect(probes.length).toBeGreaterThan(8);
    const left = Object.keys(place.box.state().s3?.buckets?.[BUCKET]?.objects ?? {});
    expect(left.filter((key) => key.includes('probe'))).toEqual([]);
    await place.forgetRequests();
    const second = await (await place.open('beta')).lock('one', 'writer');
    await second.release();
    expect(await place.routes()).toEqual([
      'GET keyturn.json 200',
      'GET locks/one 200',
      'PUT locks/one 200',
      'PUT locks/one 200',
    ]);
  });

  it('is proved again where its objects were copied to', async () => {
    const place = await world();
    const call = place.objects.client.call(never);
    const marker = {
      keyturn: 1,
      proved: ['If-None-Match', 'If-Match'],
      service: 'https://other/x',
    };
    await place.objects.put(place.keys.marker, JSON.stringify(marker), call);
    await (await (await place.open()).lock('one', 'writer')).release();
    expect((await place.routes()).some((route) => route.includes('probe/'))).toBe(true);
    expect((await place.objects.get(place.keys.marker, call))?.text).toContain(place.box.urls.s3);
  });

  it('is as it was after a check', async () => {
    const { open, box, requests } = await world();
    const report = await (await open()).check?.();
    expect(report).toEqual({ location: `s3://${BUCKET}/state`, warnings: [], problems: [] });
    expect(Object.keys(box.state().s3?.buckets?.[BUCKET]?.objects ?? {})).toEqual([]);
    expect((await requests()).length).toBeLessThan(25);
  });

  it('says that probes stay if they may not be deleted', async () => {
    const allows = ['get', 'put', 'list'] as const;
    const { open } = await world({
      s3: { buckets: { [BUCKET]: {} }, keys: [{ ...keys[0]!, allows }] },
    });
    const store = await open();
    const report = await store.check?.();
    expect(report?.problems).toEqual([]);
    expect(report?.warnings).toEqual([expect.stringContaining('s3:DeleteObject')]);
    expect(await outcome(store.claim('one', 'key'))).toBe('done');
  });
});
