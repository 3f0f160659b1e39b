import {
  KeyturnError,
  printable,
  reveal,
  type AdapterContext,
  type CallOptions,
  type CredentialReport,
} from '@keyturn/core';
import { readJson, responseError } from '@keyturn/http';

import { readToken } from './connection.ts';
import { requestToken, scopesIn } from './token-scopes.ts';

const SOURCE = 'GITLAB_TOKEN';

/** What can never change variables. docs: «Token overview», prefixes. */
const OTHERS: Readonly<Record<string, string>> = {
  'glcbt-': 'the CI_JOB_TOKEN of a job',
  'gldt-': 'a deploy token',
  'glptt-': "a pipeline trigger's token",
  'glrt-': "a runner's token",
  'glft-': "a feed's token",
};

/**
 * Tells what the sink acts with, as GitLab tells of an access token of any kind. A token of OAuth is told nothing of.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `PERMISSION_DENIED`, and what a request may fail with
 */
export async function credentials(
  context: AdapterContext,
  options: CallOptions,
): Promise<CredentialReport> {
  const token = readToken(context.env);
  const other = Object.entries(OTHERS).find(([prefix]) => token.reveal().startsWith(prefix));
  if (other !== undefined)
    throw new KeyturnError('AUTH_DENIED', `${SOURCE} holds ${other[1]}`, {
      hint: 'Set it to a personal, project or group access token with the scope "api".',
      effect: 'none',
    });
  const response = await requestToken(context, options);
  if (response.status === 400 || response.status === 404)
    return {
      source: SOURCE,
      form: 'a token that GitLab tells nothing of, as of OAuth',
      warnings: [],
    };
  if (!response.ok)
    throw await responseError(response, {
      what: SOURCE,
      hints: {
        401: 'Make a new token and set it: this one is wrong, expired or revoked, or of another GITLAB_HOST.',
        403: 'Make a token with the scope "api".',
      },
      secrets: [reveal(token)],
    });
  const body = await readJson(response, { what: SOURCE });
  const { name, expires_at: end } = body;
  const scopes = scopesIn(body);
  const expiresAt = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  return {
    source: SOURCE,
    form: 'an access token',
    ...(typeof name === 'string' && { owner: printable(name, 80) }),
    ...(scopes !== undefined && { scopes: scopes.map((scope) => printable(scope, 40)) }),
    ...(!Number.isNaN(expiresAt) && { expiresAt: new Date(expiresAt).toISOString() }),
    warnings: [],
  };
}
