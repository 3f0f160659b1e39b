import {
  printable,
  reveal,
  type AdapterContext,
  type CallOptions,
  type CredentialReport,
} from '@keyturn/core';
import { readJson, responseError } from '@keyturn/http';

import { readToken } from './connection.ts';
import {
  accessTokenForm,
  CHECK_HOST,
  credentialHints,
  otherTokens,
  saidHints,
  tokenUnsuitable,
  unknownTokenForm,
} from './messages.ts';
import { requestToken, scopesIn } from './token-scopes.ts';

const SOURCE = 'GITLAB_TOKEN';

/**
 * Reports the credentials of the sink. GitLab describes access tokens of any kind, but not OAuth tokens.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `PERMISSION_DENIED`, and the errors of a failed request
 */
export async function credentials(
  context: AdapterContext,
  options: CallOptions,
): Promise<CredentialReport> {
  const token = readToken(context.env);
  const other = Object.entries(otherTokens).find(([prefix]) => token.reveal().startsWith(prefix));
  if (other !== undefined) throw tokenUnsuitable(SOURCE, other[1]);
  const response = await requestToken(context, options);
  if (response.status === 400 || response.status === 404)
    return { source: SOURCE, form: unknownTokenForm, warnings: [] };
  if (!response.ok)
    throw await responseError(response, {
      what: SOURCE,
      hints: credentialHints,
      reasons: saidHints,
      address: CHECK_HOST,
      secrets: [reveal(token)],
    });
  const body = await readJson(response, { what: SOURCE, address: CHECK_HOST });
  const { name, expires_at: end } = body;
  const scopes = scopesIn(body);
  const expiresAt = typeof end === 'string' ? Date.parse(end) : Number.NaN;
  return {
    source: SOURCE,
    form: accessTokenForm,
    ...(typeof name === 'string' && { owner: printable(name, 80) }),
    ...(scopes !== undefined && { scopes: scopes.map((scope) => printable(scope, 40)) }),
    ...(!Number.isNaN(expiresAt) && { expiresAt: new Date(expiresAt).toISOString() }),
    warnings: [],
  };
}
