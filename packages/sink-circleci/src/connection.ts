import type { Environment, Secret } from '@keyturn/core';
import { baseUrl, tokenIn } from '@keyturn/http';

import { hostInvalid, tokenMissing } from './messages.ts';

const DEFAULT_HOST = 'https://circleci.com';

/** The URLs of the API, and whether it is a self-hosted server. */
export interface Installation {
  /** `https://circleci.com/api/v2`. */
  readonly api: string;
  /** The older API, for features that the newer one lacks. */
  readonly oldApi: string;
  /** The canonical URL: circleci.com has several hosts. */
  readonly server: string;
  /** A server identifies the owners of contexts by their id only, and calls them accounts. docs: api/v2/openapi.json. */
  readonly isServer: boolean;
}

/**
 * Reads `CIRCLE_HOST`, with or without `/api/v2`; circleci.com by default.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function installation(env: Environment): Installation {
  const base = baseUrl(env['CIRCLE_HOST'] || DEFAULT_HOST, 'CIRCLE_HOST').replace(/\/api\/v2$/, '');
  const { hostname, pathname } = new URL(base);
  const isServer = hostname !== 'circleci.com' && !hostname.endsWith('.circleci.com');
  if (!isServer && pathname !== '/') throw hostInvalid(base, DEFAULT_HOST);
  const rest = /\/(?:api(?:\/v[\d.]+)?|graphql-unstable)$/.exec(pathname)?.[0];
  if (rest !== undefined) throw hostInvalid(base, base.slice(0, -rest.length));
  const api = `${base}/api/v2`;
  return {
    api,
    oldApi: `${base}/api/v1.1`,
    server: isServer ? api : `${DEFAULT_HOST}/api/v2`,
    isServer,
  };
}

/**
 * Reads the personal token from the environment, at the first request: a sink that is only listed needs no credentials.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function environmentToken(env: Environment): Secret {
  const name = env['CIRCLECI_TOKEN'] ? 'CIRCLECI_TOKEN' : 'CIRCLE_TOKEN';
  const token = tokenIn(env, name);
  if (token === undefined) throw tokenMissing();
  return token;
}
