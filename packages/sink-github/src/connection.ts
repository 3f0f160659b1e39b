import { KeyturnError, Secret, type CallOptions, type Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

/** Gives the value of the `authorization` header, before each request. */
export type Authorization = (options: CallOptions) => Promise<string>;

const DEFAULT_URL = 'https://api.github.com';

/**
 * The base of the REST API: `GITHUB_API_URL`, or github.com's. GitHub Enterprise Server: `https://HOST/api/v3`.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function apiUrl(env: Environment): string {
  return baseUrl(env['GITHUB_API_URL'] || DEFAULT_URL, 'GITHUB_API_URL');
}

/**
 * Authorizes by a personal access token or an installation token from the environment.
 *
 * The variables are read at the first request, since a sink that is only listed needs no credentials.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function environmentAuthorization(env: Environment): Authorization {
  return async () => {
    const token = new Secret((env['GITHUB_TOKEN'] || env['GH_TOKEN'] || '').trim());
    // A header with another character is refused by fetch, with an error that may quote it.
    if (/^[\u0021-\u007e]+$/.test(token.reveal())) return `Bearer ${token.reveal()}`;
    throw new KeyturnError(
      'CREDENTIALS_MISSING',
      'neither GITHUB_TOKEN nor GH_TOKEN holds a token',
      {
        hint: 'Set GITHUB_TOKEN to a token that may write secrets there.',
        effect: 'none',
      },
    );
  };
}
