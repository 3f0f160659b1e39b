import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { parseAuthorization, signatureOf } from '../src/providers/s3/signature.ts';
import { BUCKET, s3, type S3Options } from './s3.ts';
import { createClock, sandbox } from './support.ts';

const KEY = `/${BUCKET}/a`;
const temporary = {
  accessKeyId: 'ASIA1',
  secretAccessKey: 'secret',
  sessionToken: 'token',
  expiresAt: '2026-01-15T01:00:00Z',
};
const world = (keys: readonly object[]) => ({
  s3: { buckets: { [BUCKET]: {} }, keys: keys as [] },
});

describe('the signature of S3', () => {
  it('is that of the example in the documentation', () => {
    // docs: "Examples: Signature Calculations in AWS Signature Version 4", GET Object.
    const headers = {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': createHash('sha256').update('').digest('hex'),
      'x-amz-date': '20130524T000000Z',
    };
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41';
    const given = parseAuthorization(authorization);
    const call = {
      method: 'GET',
      target: '/test.txt',
      path: '/test.txt',
      query: new URLSearchParams(),
      headers,
      body: '',
      origin: '',
      params: {},
    };
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    expect(given).toBeDefined();
    expect(given && signatureOf(call, given, secret)).toBe(given?.signature);
  });

  it.each<[string, S3Options, number, string]>([
    ['a wrong secret', { credentials: { secret: 'x' } }, 403, 'SignatureDoesNotMatch'],
    ['an unknown key', { credentials: { id: 'AKIAOTHER' } }, 403, 'InvalidAccessKeyId'],
    ['a token that the key does not have', { credentials: { token: 't' } }, 400, 'InvalidToken'],
    ['another region', { signed: { region: 'eu-west-1' } }, 400, 'AuthorizationHeaderMalformed'],
    ['another body', { body: 'x', signed: { body: 'y' } }, 400, 'XAmzContentSHA256Mismatch'],
    ['another path', { signed: { path: '/other' } }, 403, 'SignatureDoesNotMatch'],
    ['an old date', { signed: { date: '20260114T234459Z' } }, 403, 'RequestTimeTooSkewed'],
    ['a date to come', { signed: { date: '20260115T001501Z' } }, 403, 'RequestTimeTooSkewed'],
    ['no date', { signed: { date: '20260115T999999Z' } }, 403, 'AccessDenied'],
    ['a header that is not signed', { unsigned: { 'x-amz-acl': 'private' } }, 403, 'AccessDenied'],
    [
      'a condition that was changed',
      { headers: { 'if-match': 'a' }, unsigned: { 'if-match': 'b' } },
      403,
      'SignatureDoesNotMatch',
    ],
  ])('refuses %s', async (_, options, status, code) => {
    const clock = createClock();
    const clocks = { s3: { frontOffsetMs: 0 } };
    const box = await sandbox({ clock: clock.now, clocks });
    const reply = await s3(box, clock.now)('PUT', KEY, options);
    expect([reply.status, reply.code]).toEqual([status, code]);
    expect(reply.headers.get('x-amz-request-id')).toMatch(/^[A-Z0-9]{16}$/);
    expect(reply.text).toContain(`<RequestId>${reply.headers.get('x-amz-request-id')}</RequestId>`);
    expect(box.state().s3?.buckets?.[BUCKET]?.objects).toEqual({});
  });

  it('is needed', async () => {
    const box = await sandbox();
    for (const headers of [{}, { authorization: 'Bearer x' }]) {
      const reply = await fetch(`${box.urls.s3}${KEY}`, { headers });
      expect([400, 403]).toContain(reply.status);
      expect(reply.headers.get('content-type')).toBe('application/xml');
    }
  });

  it('is good for a quarter of an hour, by the clock in front', async () => {
    const clock = createClock();
    const clocks = { s3: { frontOffsetMs: 0 } };
    const box = await sandbox({ clock: clock.now, clocks });
    for (const date of ['20260114T234501Z', '20260115T001459Z'])
      expect((await s3(box)('PUT', KEY, { signed: { date } })).status).toBe(200);
  });

  it('has a token for temporary credentials, until they expire', async () => {
    const clock = createClock();
    const box = await sandbox({ clock: clock.now, world: world([temporary]) });
    const api = s3(box, clock.now);
    const credentials = { token: 'token' };
    expect(box.env['AWS_SESSION_TOKEN']).toBe('token');
    expect((await api('PUT', KEY)).code).toBe('InvalidToken');
    expect((await api('PUT', KEY, { credentials: { token: 'other' } })).code).toBe('InvalidToken');
    expect((await api('PUT', KEY, { credentials })).status).toBe(200);
    clock.advance(3_600_000);
    expect((await api('PUT', KEY, { credentials })).code).toBe('ExpiredToken');
  });

  it('allows what its key allows, and hides what may not be listed', async () => {
    const key = { accessKeyId: 'AK', secretAccessKey: 's' };
    const box = await sandbox({ world: world([{ ...key, allows: ['put', 'get'] }]) });
    const api = s3(box);
    expect((await api('PUT', KEY, { body: 'x' })).status).toBe(200);
    expect((await api('GET', KEY)).status).toBe(200);
    expect((await api('GET', `${KEY}b`)).status).toBe(403);
    expect((await api('DELETE', KEY)).status).toBe(403);
    expect((await api('GET', `/${BUCKET}?list-type=2`)).status).toBe(403);
    const reader = await sandbox({ world: world([{ ...key, allows: ['get', 'list'] }]) });
    expect((await s3(reader)('PUT', KEY)).code).toBe('AccessDenied');
  });
});
