import { createHash, createHmac } from 'node:crypto';

import type { Sandbox } from '../src/index.ts';

export const BUCKET = 'acme-keyturn';

export interface S3Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an error. */
  readonly code: string | undefined;
}

export interface S3Options {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is signed instead of what is sent. */
  readonly signed?: {
    readonly body?: string;
    readonly date?: string;
    readonly region?: string;
    readonly path?: string;
  };
  /** Sent, and not signed. */
  readonly unsigned?: Readonly<Record<string, string>>;
  readonly credentials?: {
    readonly id?: string;
    readonly secret?: string;
    readonly token?: string;
  };
}

export type S3Client = (method: string, path: string, options?: S3Options) => Promise<S3Reply>;

/** Sends requests with a signature that is written down here once more, after AWS's description of it. */
export function s3(box: Sandbox, now: () => number = Date.now): S3Client {
  return async (method, path, options = {}) => {
    const { headers = {}, body = '', signed = {}, unsigned = {}, credentials = {} } = options;
    const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION = '' } = box.env;
    const { id = AWS_ACCESS_KEY_ID, secret = AWS_SECRET_ACCESS_KEY, token } = credentials;
    const url = new URL(`${box.urls.s3}${path}`);
    const date =
      signed.date ?? `${new Date(now()).toISOString().replaceAll(/[:-]/g, '').slice(0, 15)}Z`;
    const region = signed.region ?? AWS_REGION;
    const all: Record<string, string> = {
      ...headers,
      host: url.host,
      'x-amz-date': date,
      'x-amz-content-sha256': sha256(signed.body ?? body),
      ...(token !== undefined && { 'x-amz-security-token': token }),
    };
    const names = Object.keys(all).toSorted();
    const query = [...url.searchParams]
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .toSorted();
    const canonical = [
      method,
      signed.path ?? url.pathname,
      query.join('&'),
      ...names.map((name) => `${name}:${all[name]}`),
      '',
      names.join(';'),
      all['x-amz-content-sha256'],
    ].join('\n');
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
    const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
    const key = [date.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>(
      (last, part) => hmac(last, part),
      `AWS4${secret}`,
    );
    const signature = hmac(key, toSign).toString('hex');
    const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    const { host: _, ...sent } = all;
    const response = await fetch(url, {
      method,
      headers: { ...sent, ...unsigned, authorization },
      ...(method === 'PUT' && { body }),
    });
    const text = await response.text();
    const code = /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
    return { status: response.status, headers: response.headers, text, code };
  };
}

const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
