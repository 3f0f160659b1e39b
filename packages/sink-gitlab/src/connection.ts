import { KeyturnError, Secret, type Environment } from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

const DEFAULT_URL = 'https://gitlab.com';

/**
 * Where GitLab is: `GITLAB_HOST`, which may be a bare host name, else `CI_SERVER_URL`, else gitlab.com. The path of an
 * installation that has one stays: `https://example.com/gitlab`.
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
 * Reads the token from the environment: at the first request, since a sink that is only listed needs none.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function readToken(env: Environment): Secret {
  const token = new Secret((env['GITLAB_TOKEN'] || '').trim());
  // A header with another character is refused by fetch, with an error that may quote it.
  if (/^[\u0021-\u007e]+$/.test(token.reveal())) return token;
  throw new KeyturnError('CREDENTIALS_MISSING', 'GITLAB_TOKEN holds no token', {
    hint: 'Set GITLAB_TOKEN to an access token with the scope "api"; the CI_JOB_TOKEN of a job may not write variables.',
    effect: 'none',
  });
}
