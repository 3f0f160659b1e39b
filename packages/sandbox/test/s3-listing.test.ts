import { describe, expect, it } from 'vitest';

import { BUCKET, s3, type S3Client } from './s3.ts';
import { createClock, sandbox } from './support.ts';

const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'c', 'd/4', 'é', '\u{ffff}', '🔑'];

async function bucket(maxKeys = 1000): Promise<S3Client> {
  const objects = Object.fromEntries(KEYS.map((key) => [key, { body: key }]));
  const key = { accessKeyId: 'AK', secretAccessKey: 's' };
  const world = { s3: { buckets: { [BUCKET]: { objects } }, keys: [key], behaviour: { maxKeys } } };
  return s3(await sandbox({ world }));
}

async function list(api: S3Client, query: Readonly<Record<string, string>>) {
  const search = new URLSearchParams({ 'list-type': '2', ...query }).toString();
  const { status, text, code } = await api('GET', `/${BUCKET}?${search.replaceAll('+', '%20')}`);
  const all = (name: string): string[] =>
    [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, one = '']) => one);
  return {
    status,
    code,
    keys: all('Key'),
    groups: [...text.matchAll(/<CommonPrefixes><Prefix>([^<]*)/g)].map(([, one = '']) => one),
    count: Number(all('KeyCount')[0]),
    isTruncated: all('IsTruncated')[0] === 'true',
    next: all('NextContinuationToken')[0] ?? '',
    etags: all('ETag'),
  };
}

describe('a list of S3', () => {
  it('has every key in the order of its bytes', async () => {
    const { keys, count, isTruncated, etags } = await list(await bucket(), {});
    expect(keys).toEqual(KEYS);
    expect([count, isTruncated]).toEqual([KEYS.length, false]);
    expect(etags[0]).toBe('&quot;0cc175b9c0f1b6a831c399e269772661&quot;');
  });

  it('has what begins with a prefix, and groups what is below', async () => {
    const api = await bucket();
    expect((await list(api, { prefix: 'b/' })).keys).toEqual(['b/1', 'b/2', 'b/c/3']);
    expect(await list(api, { prefix: 'b/', delimiter: '/' })).toMatchObject({
      keys: ['b/1', 'b/2'],
      groups: ['b/c/'],
      count: 3,
    });
    expect(await list(api, { delimiter: '/' })).toMatchObject({
      keys: ['a', 'c', 'é', '\u{ffff}', '🔑'],
      groups: ['b/', 'd/'],
    });
    expect((await list(api, { prefix: 'nothing' })).count).toBe(0);
  });

  it.each([1, 2, 3])('has pages of %i, with groups in them', async (size) => {
    const api = await bucket();
    for (const delimiter of ['', '/']) {
      const whole = await list(api, { delimiter });
      const names: string[] = [];
      let token = '';
      do {
        const query = { delimiter, 'max-keys': String(size) };
        const page = await list(
          api,
          token === '' ? query : { ...query, 'continuation-token': token },
        );
        expect(page.count).toBeLessThanOrEqual(size);
        names.push(...page.keys, ...page.groups);
        token = page.next;
      } while (token !== '');
      expect(names.toSorted()).toEqual([...whole.keys, ...whole.groups].toSorted());
    }
  });

  it('begins after a key, there or not', async () => {
    const api = await bucket();
    expect((await list(api, { 'start-after': 'b/1' })).keys[0]).toBe('b/2');
    expect((await list(api, { 'start-after': 'b/11' })).keys[0]).toBe('b/2');
    expect((await list(api, { 'start-after': '🔑' })).keys).toEqual([]);
  });

  it('has no more than a page holds', async () => {
    const api = await bucket(4);
    expect(await list(api, { 'max-keys': '100' })).toMatchObject({ count: 4, isTruncated: true });
    expect(await list(api, { 'max-keys': '0' })).toMatchObject({ count: 0, keys: [] });
  });

  it.each<Readonly<Record<string, string>>>([
    { 'max-keys': 'many' },
    { 'max-keys': '-1' },
    { 'continuation-token': 'nonsense' },
    { 'encoding-type': 'hex' },
  ])('refuses %j', async (query) => {
    const { status, code } = await list(await bucket(), query);
    expect([status, code]).toEqual([400, 'InvalidArgument']);
  });

  it('can lag behind, as that of some S3-compatible servers does', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now, clocks: { s3: { readLagMs: 5000 } } });
    const api = s3(box, clock.now);
    clock.advance(10_000);
    await api('PUT', `/${BUCKET}/a`, { body: 'x' });
    expect((await api('GET', `/${BUCKET}/a`)).status).toBe(200);
    expect((await list(api, {})).keys).toEqual([]);
    clock.advance(5000);
    expect((await list(api, {})).keys).toEqual(['a']);
  });
});
