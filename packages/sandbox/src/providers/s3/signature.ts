import { createHash, createHmac } from 'node:crypto';

import type { Call } from '../../http/call.ts';

/** An `Authorization` header of Signature Version 4, in parts. */
export interface Authorization {
  readonly accessKeyId: string;
  /** `20260115`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request,\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

export function parseAuthorization(header: string): Authorization | undefined {
  const [, accessKeyId, date, region, service, signed, signature] = FORM.exec(header) ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined) return undefined;
  if (service === undefined || signed === undefined || signature === undefined) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

/** The time of `x-amz-date`, in milliseconds since the epoch; undefined if it is not one. */
export function parseDate(text: string): number | undefined {
  const [, y, m, d, h, i, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const time = Date.parse(`${y}-${m}-${d}T${h}:${i}:${s}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** The signature that a request should have. docs: "Authenticating Requests: Using the Authorization Header". */
export function signatureOf(
  call: Call,
  given: Authorization,
  secret: string,
  /** The hash of the body; only S3 is told it in a header. */
  hash = headerOf(call, 'x-amz-content-sha256'),
): string {
  const { date, region, service } = given;
  const amzDate = headerOf(call, 'x-amz-date');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical(call, given, hash))].join(
    '\n',
  );
  const key = [region, service, 'aws4_request'].reduce(
    (last, part) => hmac(last, part),
    hmac(`AWS4${secret}`, date),
  );
  return hmac(key, text).toString('hex');
}

export function headerOf({ headers }: Call, name: string): string {
  const value = headers[name] ?? '';
  return Array.isArray(value) ? value.join(',') : value;
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function canonical(call: Call, { signedHeaders }: Authorization, hash: string): string {
  const path = call.path.split('/').map((part) => encode(decodeURIComponent(part)));
  const query = [...call.query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`);
  const headers = signedHeaders.map(
    (name) => `${name}:${headerOf(call, name).trim().replaceAll(/ +/g, ' ')}`,
  );
  return [
    call.method,
    path.join('/'),
    query.join('&'),
    ...headers,
    '',
    signedHeaders.join(';'),
    hash,
  ].join('\n');
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
