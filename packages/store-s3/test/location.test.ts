import { KeyturnError } from '@keyturn/core';
import { adapterContext, errorOf } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { addressOf } from '../src/address.ts';
import { s3Store } from '../src/index.ts';
import { describeLocation, parseLocation } from '../src/location.ts';
import { locationOf } from './support.ts';

const base = (text: string, env = {}): string => addressOf(locationOf(text), env).base;

describe('the location', () => {
  it.each([
    ['s3://acme-keyturn', { bucket: 'acme-keyturn', prefix: '' }],
    ['s3://acme-keyturn/', { bucket: 'acme-keyturn', prefix: '' }],
    ['s3://acme.io/ci/state/', { bucket: 'acme.io', prefix: 'ci/state' }],
    ['S3://acme/State_1.2', { bucket: 'acme', prefix: 'State_1.2' }],
    [
      's3://acme/x?endpoint=https://r2.example.com&region=auto',
      { bucket: 'acme', prefix: 'x', endpoint: 'https://r2.example.com', region: 'auto' },
    ],
  ])('%s is understood', (text, expected) => {
    expect(parseLocation(text)).toEqual({ endpoint: undefined, region: undefined, ...expected });
  });

  it.each([
    's3:',
    's3://',
    's3://ab',
    's3://a/b',
    's3://acme/../other',
    's3://acme/a//b',
    's3://acme/.hidden',
    's3://acme/a b',
    's3://acme/a%20b',
    's3://acme/naïve',
    's3://acme/x#y',
    's3://acme/x?secret=hunter2',
    's3://key:hunter2@acme/x',
    's3://-acme',
    's3://a..b',
    `s3://acme/${'x'.repeat(500)}`,
    'file:///tmp',
    '/tmp',
    undefined,
    5,
  ])('%s is refused in one line, without its passwords', async (text) => {
    const error = await errorOf(s3Store.open(text, adapterContext()));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(JSON.stringify([error.message, error.hint])).not.toMatch(/hunter2|\\n/);
  });

  it('is named without its options', () => {
    expect(describeLocation(locationOf('s3://acme/x?region=eu-west-1'))).toBe('s3://acme/x');
    expect(describeLocation(locationOf('s3://acme'))).toBe('s3://acme');
  });
});

describe('the address', () => {
  it('is a host of its own at Amazon, by its region', () => {
    expect(base('s3://acme/x')).toBe('https://acme.s3.us-east-1.amazonaws.com');
    expect(base('s3://acme?region=eu-central-1')).toBe(
      'https://acme.s3.eu-central-1.amazonaws.com',
    );
    expect(base('s3://acme', { AWS_REGION: 'cn-north-1' })).toBe(
      'https://acme.s3.cn-north-1.amazonaws.com.cn',
    );
    expect(base('s3://acme', { AWS_DEFAULT_REGION: 'eu-west-2', AWS_REGION: ' ' })).toBe(
      'https://acme.s3.eu-west-2.amazonaws.com',
    );
  });

  it('is a path for a bucket that does not fit the certificate, and at other services', () => {
    expect(base('s3://acme.io')).toBe('https://s3.us-east-1.amazonaws.com/acme.io');
    expect(base('s3://Acme')).toBe('https://s3.us-east-1.amazonaws.com/Acme');
    expect(base('s3://acme?endpoint=https://s3.example.com/')).toBe('https://s3.example.com/acme');
    const env = {
      AWS_ENDPOINT_URL: 'https://one.example',
      AWS_ENDPOINT_URL_S3: 'http://[::1]:9000',
    };
    expect(base('s3://acme', env)).toBe('http://[::1]:9000/acme');
    expect(base('s3://acme', { ...env, AWS_ENDPOINT_URL_S3: '' })).toBe('https://one.example/acme');
    expect(base('s3://acme?endpoint=https://two.example', env)).toBe('https://two.example/acme');
  });

  it.each([
    ['s3://acme?endpoint=http://s3.example.com', {}],
    ['s3://acme?endpoint=https://user:hunter2@s3.example.com', {}],
    ['s3://acme', { AWS_ENDPOINT_URL: 'http://10.0.0.1' }],
    ['s3://acme', { AWS_ENDPOINT_URL_S3: 'nonsense' }],
    ['s3://acme', { AWS_REGION: 'eu-west-1/../evil.example#' }],
    ['s3://acme?region=a.evil.example', {}],
  ])('%s is refused if a credential could be read on the way: %j', (text, env) => {
    const open = (): unknown => addressOf(locationOf(text), env);
    expect(open).toThrow(KeyturnError);
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    expect(open).not.toThrow('hunter2');
  });
});
