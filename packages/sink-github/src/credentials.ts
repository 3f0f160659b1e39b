import {
  reveal,
  type AdapterContext,
  type CallOptions,
  type CredentialReport,
  type Environment,
  type KeyturnError,
  type Secret,
} from '@keyturn/core';
import { responseError } from '@keyturn/http';

import { apiUrl, identify, VERSION_HEADERS } from './connection.ts';
import { forbiddenIn } from './forbidden.ts';
import {
  apiUrlInvalid,
  appForm,
  credentialHints,
  pageHint,
  tokenForms,
  twoTokens,
} from './messages.ts';

/**
 * Reports the credentials of the sink. Every response has the scopes of a classic token and the expiration date in its headers; like
 * `gh auth status`, this requests the root of the API.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `CONFIG_INVALID` if the URL is not that of an API, and the errors of a failed request
 */
export async function credentials(
  owner: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<CredentialReport> {
  const { env, fetch } = context;
  const identity = identify(owner, context);
  const token = await identity.token(options);
  const response = await fetch(`${apiUrl(env)}/`, {
    headers: { ...VERSION_HEADERS, authorization: `Bearer ${token.reveal()}` },
    signal: options.signal,
  });
  const isApp = identity.kind === 'app';
  const source = isApp ? 'GITHUB_APP_ID' : sourceOf(env);
  if (!response.ok) throw await refusal(source, token, apiUrl(env), response);
  if (!(response.headers.get('content-type') ?? '').includes('json'))
    throw apiUrlInvalid(apiUrl(env));
  const { headers } = response;
  const form = isApp ? appForm(env['GITHUB_APP_ID']?.trim()) : formOf(token);
  const scopes = headers.get('x-oauth-scopes');
  const end = Date.parse(headers.get('github-authentication-token-expiration') ?? '');
  return {
    source,
    ...(form !== undefined && { form }),
    ...(scopes !== null && {
      scopes: scopes
        .split(',')
        .map((scope) => scope.trim())
        .filter(Boolean),
    }),
    ...(!isApp && !Number.isNaN(end) && { expiresAt: new Date(end).toISOString() }),
    warnings: source === 'GITHUB_TOKEN' ? contradictions(env) : [],
  };
}

function sourceOf(env: Environment): string {
  return (env['GITHUB_TOKEN'] ?? '') === '' ? 'GH_TOKEN' : 'GITHUB_TOKEN';
}

function formOf(token: Secret): string | undefined {
  const found = Object.entries(tokenForms).find(([prefix]) => token.reveal().startsWith(prefix));
  return found?.[1];
}

function contradictions({ GITHUB_TOKEN: used, GH_TOKEN: other = '' }: Environment): string[] {
  return other === '' || other === used ? [] : [twoTokens()];
}

async function refusal(
  source: string,
  token: Secret,
  api: string,
  response: Response,
): Promise<KeyturnError> {
  const forbidden = await forbiddenIn(api, response);
  return responseError(response, {
    what: source,
    hints: { ...credentialHints, ...(forbidden !== undefined && { 403: forbidden }) },
    address: pageHint(),
    secrets: [reveal(token)],
  });
}
