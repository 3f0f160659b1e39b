import { describe, expect, it } from 'vitest';

import type { S3Behaviour, World } from '../src/index.ts';
import { BUCKET, s3, type S3Reply } from './s3.ts';
import { control, createClock, sandbox } from './support.ts';

const KEY = `/${BUCKET}/a`;
const create = { 'if-none-match': '*' };
const world = (behaviour: S3Behaviour): World => ({
  s3: {
    buckets: { [BUCKET]: {} },
    keys: [{ accessKeyId: 'AK', secretAccessKey: 's' }],
    behaviour,
  },
});
const shown = ({ status, code }: S3Reply) => `${status} ${code ?? ''}`.trim();

describe('the objects of S3', () => {
  it('are written, read and deleted', async () => {
    const clock = createClock();
    const clocks = { s3: { storageOffsetMs: 1700, frontOffsetMs: 0 } };
    const api = s3(await sandbox({ clock: clock.now, clocks }), clock.now);
    const headers = { 'content-type': 'application/json' };
    const put = await api('PUT', KEY, { body: 'héllo', headers });
    // The MD5 of its bytes.
    const etag = '"be50e8478cf24ff3595bc7307fb91b50"';
    expect([put.status, put.text, put.headers.get('etag')]).toEqual([200, '', etag]);
    const got = await api('GET', KEY);
    expect([got.status, got.text]).toEqual([200, 'héllo']);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      etag,
      'content-type': 'application/json',
      'content-length': '6',
      // Whole seconds, by a clock of its own.
      'last-modified': 'Thu, 15 Jan 2026 00:00:01 GMT',
      date: 'Thu, 15 Jan 2026 00:00:00 GMT',
    });
    const head = await api('HEAD', KEY);
    expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '6']);
    expect((await api('GET', KEY, { headers: { 'if-none-match': etag } })).status).toBe(304);
    for (const time of ['first', 'second'])
      expect([time, (await api('DELETE', KEY)).status]).toEqual([time, 204]);
    expect(shown(await api('GET', KEY))).toBe('404 NoSuchKey');
    expect((await api('HEAD', KEY)).status).toBe(404);
    expect(shown(await api('GET', '/other/a'))).toBe('404 NoSuchBucket');
  });

  it.each(['a b', 'a+b', 'a%2Fb', 'é🔑', "!'()*", 'a//b'])('may have the key %s', async (key) => {
    const api = s3(await sandbox());
    const encoded = encodeURIComponent(key).replaceAll('%2F', '/');
    const path = `/${BUCKET}/${encoded.replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
    expect((await api('PUT', path, { body: key })).status).toBe(200);
    expect((await api('GET', path)).text).toBe(key);
    const { text } = await api('GET', `/${BUCKET}?list-type=2&encoding-type=url`);
    const [, listed = ''] = /<Key>([^<]*)<\/Key>/.exec(text) ?? [];
    expect(decodeURIComponent(listed.replaceAll('+', ' '))).toBe(key);
  });

  it('refuse what is not served', async () => {
    const api = s3(await sandbox());
    const digest = { 'content-md5': 'bm9uc2Vuc2U=' };
    const copy = { 'x-amz-copy-source': `${BUCKET}/b` };
    expect(shown(await api('PUT', `/${BUCKET}/${'x'.repeat(1025)}`))).toBe('400 KeyTooLongError');
    expect(shown(await api('PUT', KEY, { headers: digest }))).toBe('400 BadDigest');
    expect(shown(await api('PUT', KEY, { headers: copy }))).toBe('501 NotImplemented');
    expect(shown(await api('GET', `${KEY}?acl=`))).toBe('501 NotImplemented');
    expect(shown(await api('GET', `/${BUCKET}`))).toBe('501 NotImplemented');
    expect(shown(await api('GET', '/'))).toBe('501 NotImplemented');
    expect(shown(await api('PATCH', KEY))).toBe('405 MethodNotAllowed');
    expect((await api('HEAD', `/${BUCKET}`)).headers.get('x-amz-bucket-region')).toBe('us-east-1');
  });
});

describe('the conditions of S3', () => {
  it('create an object once', async () => {
    const api = s3(await sandbox());
    expect((await api('PUT', KEY, { body: 'x', headers: create })).status).toBe(200);
    expect(shown(await api('PUT', KEY, { body: 'y', headers: create }))).toBe(
      '412 PreconditionFailed',
    );
    expect((await api('GET', KEY)).text).toBe('x');
    const other = { 'if-none-match': '"abc"' };
    expect(shown(await api('PUT', KEY, { headers: other }))).toBe('501 NotImplemented');
    await api('DELETE', KEY);
    expect((await api('PUT', KEY, { body: 'z', headers: create })).status).toBe(200);
  });

  it.each(['md5', 'opaque'] as const)('replace the version that is meant (%s)', async (etag) => {
    const api = s3(await sandbox({ world: world({ etag }) }));
    const tag = (reply: S3Reply): string => reply.headers.get('etag') ?? '';
    const put = (body: string, match: string): Promise<S3Reply> =>
      api('PUT', KEY, { body, headers: { 'if-match': match } });
    expect(shown(await put('x', '"abc"'))).toBe('404 NoSuchKey');
    const first = tag(await api('PUT', KEY, { body: '1' }));
    const second = tag(await put('2', first));
    expect(first).not.toBe(second);
    expect(tag(await api('GET', KEY))).toBe(second);
    expect(shown(await put('3', first))).toBe('412 PreconditionFailed');
    expect((await put('3', second.replaceAll('"', ''))).status).toBe(200);
    expect(shown(await api('DELETE', KEY, { headers: { 'if-match': second } }))).toBe(
      '412 PreconditionFailed',
    );
    expect((await api('GET', KEY)).text).toBe('3');
  });

  it('gives an object that is written twice another ETag only where it is opaque', async () => {
    const tags = async (etag: 'md5' | 'opaque') => {
      const api = s3(await sandbox({ world: world({ etag }) }));
      const put = async () => (await api('PUT', KEY, { body: 'x' })).headers.get('etag');
      return new Set([await put(), await put()]).size;
    };
    expect([await tags('md5'), await tags('opaque')]).toEqual([1, 2]);
  });

  it.each([0, 1])('let one of many win; the others lose or try again (%i)', async (conflicts) => {
    const api = s3(await sandbox({ world: world({ conflicts }) }));
    const replies = await Promise.all(
      Array.from({ length: 12 }, (_, i) => api('PUT', KEY, { body: String(i), headers: create })),
    );
    const won = replies.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    const codes = new Set(replies.filter(({ status }) => status !== 200).map(shown));
    const allowed = ['412 PreconditionFailed', '409 ConditionalRequestConflict'];
    for (const code of codes) expect(allowed).toContain(code);
    expect(codes.has('409 ConditionalRequestConflict')).toBe(conflicts === 1);
    expect((await api('GET', KEY)).text).toBe(
      String(replies.findIndex(({ status }) => status === 200)),
    );
  });

  it('are ignored or unknown where they are said to be', async () => {
    const ignoring = s3(
      await sandbox({ world: world({ ifNoneMatch: 'ignored', ifMatch: 'ignored' }) }),
    );
    for (const headers of [create, create, { 'if-match': '"stale"' }])
      expect((await ignoring('PUT', KEY, { headers })).status).toBe(200);
    const without = s3(
      await sandbox({ world: world({ ifNoneMatch: 'unsupported', ifMatch: 'unsupported' }) }),
    );
    for (const headers of [create, { 'if-match': '"stale"' }])
      expect(shown(await without('PUT', KEY, { headers }))).toBe('501 NotImplemented');
    expect((await without('PUT', KEY)).status).toBe(200);
  });
});

describe('the S3 of a sandbox', () => {
  it('is in its urls, its variables, its state and its requests', async () => {
    const box = await sandbox();
    expect(box.env).toMatchObject({
      AWS_ENDPOINT_URL_S3: box.urls.s3,
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/) as string,
      AWS_SECRET_ACCESS_KEY: expect.stringMatching(/^.{40}$/) as string,
      AWS_REGION: 'us-east-1',
    });
    await s3(box)('PUT', KEY, { body: 'x' });
    const state = box.state();
    expect(state.s3?.buckets?.[BUCKET]?.objects?.['a']).toMatchObject({ body: 'x' });
    const again = await sandbox({ world: state });
    expect(again.state().s3).toEqual(state.s3);
    expect((await s3(again)('GET', KEY)).text).toBe('x');
    const { body } = await control(box)('GET', '/requests');
    expect(body).toMatchObject([{ provider: 's3', method: 'PUT', path: KEY, status: 200 }]);
  });

  it('has faults as the others do', async () => {
    const box = await sandbox();
    const api = s3(box);
    await control(box)('POST', '/faults', [
      { provider: 's3', method: 'PUT', times: 1, action: { dropResponse: true } },
    ]);
    await expect(api('PUT', KEY, { body: 'x', headers: create })).rejects.toThrow('fetch failed');
    expect(shown(await api('PUT', KEY, { body: 'x', headers: create }))).toBe(
      '412 PreconditionFailed',
    );
    const change = { provider: 's3', op: 'write', name: 'a', value: 'x' };
    expect((await control(box)('POST', '/admin', change)).status).toBe(400);
  });
});
