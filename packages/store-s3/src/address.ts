import type { Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

import type { Location } from './location.ts';
import { regionInvalid } from './messages.ts';

/** Where the requests for a bucket go. */
export interface Address {
  readonly region: string;
  /** The URL of the bucket, without a slash at its end. */
  readonly base: string;
}

/**
 * The address of a bucket: of another service by its path; of Amazon's by its host name, unless a dot in it would not fit the certificate.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function addressOf({ bucket, endpoint, region }: Location, env: Environment): Address {
  const regionName = region === undefined ? 'AWS_REGION' : 'the region of the location';
  const where = region ?? read(env, 'AWS_REGION') ?? read(env, 'AWS_DEFAULT_REGION') ?? 'us-east-1';
  if (!/^[a-z0-9-]{1,40}$/.test(where)) throw regionInvalid(regionName);
  const variables = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'];
  const variable = variables.find((name) => read(env, name) !== undefined);
  if (endpoint !== undefined)
    return {
      region: where,
      base: `${baseUrl(endpoint, 'the endpoint of the location')}/${bucket}`,
    };
  if (variable !== undefined)
    return { region: where, base: `${baseUrl(read(env, variable) ?? '', variable)}/${bucket}` };
  const host = `s3.${where}.amazonaws.com${where.startsWith('cn-') ? '.cn' : ''}`;
  const isPlain = /^[a-z0-9-]+$/.test(bucket);
  return {
    region: where,
    base: isPlain ? `https://${bucket}.${host}` : `https://${host}/${bucket}`,
  };
}

/** A variable's value without spaces around it; undefined if it is empty. */
export function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
