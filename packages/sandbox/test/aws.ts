import { AwsClient } from 'aws4fetch';

import type { Sandbox } from '../src/index.ts';

export interface AwsReply {
  readonly status: number;
  readonly text: string;
  /** Of an error. */
  readonly code: string | undefined;
  /** What is in the first element of that name. */
  readonly value: (name: string) => string | undefined;
  readonly values: (name: string) => string[];
}

export type AwsApi = (
  action: string,
  given?: Readonly<Record<string, string>>,
) => Promise<AwsReply>;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  readonly now?: () => number;
}

/** IAM and STS, as the administrator or with another key. */
export function aws(
  box: Sandbox,
  { now = Date.now, ...credentials }: Partial<AwsCredentials> = {},
): AwsApi {
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = box.env;
  return async (action, given = {}) => {
    const isSts = action === 'GetCallerIdentity';
    const signing = new AwsClient({
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      region: 'us-east-1',
      service: isSts ? 'sts' : 'iam',
      retries: 0,
      ...credentials,
    });
    const Version = isSts ? '2011-06-15' : '2010-05-08';
    const response = await signing.fetch(box.urls.aws, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: action, Version, ...given }).toString(),
      aws: { datetime: stamp(now()) },
    });
    return reply(response);
  };
}

const stamp = (time: number): string =>
  `${new Date(time).toISOString().replaceAll(/[:-]/g, '').slice(0, 15)}Z`;

export async function reply(response: Response): Promise<AwsReply> {
  const text = await response.text();
  const values = (name: string): string[] =>
    [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, one = '']) => one);
  const value = (name: string): string | undefined => values(name)[0];
  return { status: response.status, text, code: value('Code'), value, values };
}
