import { KeyturnError, Secret, type Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

const DEFAULT_HOST = 'https://circleci.com';

/** Where the API is, and whether that is an installation of one's own. */
export interface Installation {
  /** `https://circleci.com/api/v2`. */
  readonly api: string;
  /** The older API, for what the newer one lacks. */
  readonly oldApi: string;
  /** The address in its one spelling: circleci.com has several hosts. */
  readonly server: string;
  /** A server knows the owners of contexts by their id only, and calls them accounts. docs: api/v2/openapi.json. */
  readonly isServer: boolean;
}

/**
 * Reads `CIRCLE_HOST`, with or without `/api/v2`; circleci.com by default.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function installation(env: Environment): Installation {
  const base = baseUrl(env['CIRCLE_HOST'] || DEFAULT_HOST, 'CIRCLE_HOST').replace(/\/api\/v2$/, '');
  const { hostname } = new URL(base);
  const isServer = hostname !== 'circleci.com' && !hostname.endsWith('.circleci.com');
  const api = `${base}/api/v2`;
  return {
    api,
    oldApi: `${base}/api/v1.1`,
    server: isServer ? api : `${DEFAULT_HOST}/api/v2`,
    isServer,
  };
}

/**
 * The personal token of the environment. Read at the first request, since a sink that is only listed needs none.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function environmentToken(env: Environment): Secret {
  const token = (env['CIRCLECI_TOKEN'] || env['CIRCLE_TOKEN'] || '').trim();
  // A header with another character is refused by fetch.
  if (/^[\u0021-\u007e]+$/.test(token)) return new Secret(token);
  throw new KeyturnError(
    'CREDENTIALS_MISSING',
    'neither CIRCLECI_TOKEN nor CIRCLE_TOKEN holds a token',
    {
      hint: 'Set CIRCLECI_TOKEN to a personal API token of somebody who may change the variables there.',
      effect: 'none',
    },
  );
}
