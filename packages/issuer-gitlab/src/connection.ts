import type { Environment, Secret } from '@keyturn/core';
import { baseUrl, tokenIn } from '@keyturn/http';

import * as messages from './messages.ts';

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
  const server = url.replace(/\/api\/v4$/, '');
  const { host, pathname } = new URL(server);
  const isGitlabCom = host === 'gitlab.com' || host === 'www.gitlab.com';
  if (isGitlabCom && server !== DEFAULT_URL) throw messages.hostInvalid(name, server, DEFAULT_URL);
  const rest = /\/api(?:\/(?:v\d+|graphql))?$/.exec(pathname)?.[0];
  if (rest !== undefined) throw messages.hostInvalid(name, server, server.slice(0, -rest.length));
  return server;
}

/**
 * Reads the token that keyturn acts with from the environment.
 *
 * @throws {KeyturnError} `CREDENTIALS_MISSING`
 */
export function readToken(env: Environment): Secret {
  const token = tokenIn(env, 'GITLAB_TOKEN');
  if (token === undefined) throw messages.tokenMissing();
  return token;
}
