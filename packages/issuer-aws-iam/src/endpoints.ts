import type { Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

import * as messages from './messages.ts';

export type Service = 'iam' | 'sts';

/** Where the requests to a service go, and the region that they are signed for. */
export interface Endpoint {
  readonly url: string;
  readonly region: string;
}

/**
 * The address of a service: IAM has one for each partition, STS one for each region; docs: «AWS General Reference», service endpoints.
 * The variables for others are those of AWS's own clients.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function endpointOf(service: Service, env: Environment): Endpoint {
  const name = read(env, 'AWS_REGION') === undefined ? 'AWS_DEFAULT_REGION' : 'AWS_REGION';
  const region = read(env, name) ?? 'us-east-1';
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw messages.regionInvalid(name);
  const usual = usualEndpoint(service, region);
  const variables = [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, 'AWS_ENDPOINT_URL'];
  const variable = variables.find((one) => read(env, one) !== undefined);
  if (variable === undefined) return usual;
  return { ...usual, url: baseUrl(read(env, variable) ?? '', variable) };
}

function usualEndpoint(service: Service, region: string): Endpoint {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  if (service === 'sts') return { url: `https://sts.${region}.${suffix}`, region };
  if (region.startsWith('cn-'))
    return { url: `https://iam.cn-north-1.${suffix}`, region: 'cn-north-1' };
  if (region.startsWith('us-gov-'))
    return { url: `https://iam.us-gov.${suffix}`, region: 'us-gov-west-1' };
  return { url: `https://iam.${suffix}`, region: 'us-east-1' };
}

/** A variable's value without spaces around it; undefined if it is empty. */
export function read(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}
