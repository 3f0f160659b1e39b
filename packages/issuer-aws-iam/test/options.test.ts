import { describe, expect, it } from 'vitest';

import aws from '../src/index.ts';
import { failure } from '../../http/test/support/adapters/failure.ts';
import { contextOf } from '../../http/test/support/adapters/context.ts';

const open = (options: unknown, env = {}) => aws.open(options, contextOf(env).context);

describe('the options', () => {
  it.each([
    undefined,
    {},
    { user: '' },
    { user: 'teams/ci' },
    { user: 'ci\n' },
    { user: 'ci', account: 417203958164 },
    { user: 'ci', account: '4172' },
    { user: 'ci', account: '417203958164', role: 'x' },
  ])('are refused: %j', async (options) => {
    expect((await failure(open(options))).code).toBe('CONFIG_INVALID');
  });

  it('name a user, which the environment may do instead', async () => {
    expect((await open(undefined, { AWS_IAM_USER: 'ci' })).id).toBe('aws-iam:ci');
    expect((await open({ user: 'deploy' }, { AWS_IAM_USER: 'ci' })).id).toBe('aws-iam:deploy');
    expect((await failure(open({}, { AWS_IAM_USER: 'teams/ci' }))).code).toBe('CONFIG_INVALID');
  });

  it('take permissions for what an access key does not have', async () => {
    const result = await aws.permission?.['~standard'].validate('s3:GetObject');
    expect(result?.issues).toHaveLength(1);
  });
});

describe('the server', () => {
  const at = async (env: Record<string, string>) => (await open({ user: 'ci' }, env)).server;

  it('is that of the partition', async () => {
    expect(await at({})).toBe('https://iam.amazonaws.com');
    expect(await at({ AWS_REGION: 'eu-central-1' })).toBe('https://iam.amazonaws.com');
    expect(await at({ AWS_REGION: 'cn-north-1' })).toBe('https://iam.cn-north-1.amazonaws.com.cn');
    expect(await at({ AWS_DEFAULT_REGION: 'us-gov-west-1' })).toBe(
      'https://iam.us-gov.amazonaws.com',
    );
  });

  it('is another one by the environment', async () => {
    const AWS_ENDPOINT_URL = 'https://aws.acme.example';
    expect(await at({ AWS_ENDPOINT_URL })).toBe(AWS_ENDPOINT_URL);
    const AWS_ENDPOINT_URL_IAM = 'http://127.0.0.1:5517';
    expect(await at({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_IAM })).toBe(AWS_ENDPOINT_URL_IAM);
  });

  it.each([
    { AWS_ENDPOINT_URL: 'http://aws.acme.example' },
    { AWS_ENDPOINT_URL_IAM: 'not a URL' },
    { AWS_REGION: 'x.evil.example/' },
  ])('is never one without encryption, or of another host: %j', async (env) => {
    expect((await failure(at(env))).code).toBe('CONFIG_INVALID');
  });
});
