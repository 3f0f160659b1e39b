import { Secret, type Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

import { tokenMissing } from './messages.ts';

const DEFAULT_URL = 'https://gitlab.com';

/**
 * The URL of GitLab: `GITLAB_HOST`, which can be a bare host name, otherwise `CI_SERVER_URL`, otherwise gitlab.com. The path of an
 * installation is kept: `https://example.com/gitlab`.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function gitlabUrl(env: Environment): string {
  const name = env['GITLAB_HOST'] ? 'GITLAB_HOST' : 'CI_SERVER_URL';
  const given = (env[name] || DEFAULT_URL).trim();
  const url = baseUrl(given.includes('://') ? given : `https://${given}`, name);
  return url.replace(/\/api\/v4$/, '');
}

/**
 * Reads the token from the environment, at the first request: a sink that is only listed needs no credentials.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function readToken(env: Environment): Secret {
  const token = new Secret((env['GITLAB_TOKEN'] || '').trim());
  // Fetch rejects a header with any other character, with an error that might quote it.
  if (/^[\u0021-\u007e]+$/.test(token.reveal())) return token;
  throw tokenMissing();
}
