import {
  KeyturnError,
  reveal,
  type AdapterContext,
  type CallOptions,
  type CredentialReport,
  type Environment,
  type Secret,
} from '@keyturn/core';
import { responseError } from '@keyturn/http';

import { apiUrl, identify, VERSION_HEADERS } from './connection.ts';

/** docs: «About authentication to GitHub», token formats. */
const FORMS: Readonly<Record<string, string>> = {
  ghp_: 'a classic personal access token',
  github_pat_: 'a fine-grained personal access token',
  gho_: 'an OAuth token, such as the one that gh logs in with',
  ghu_: 'a token of a person who uses a GitHub App',
  ghs_: "an App's token; the GITHUB_TOKEN of a workflow is one, and may not write secrets",
};

/**
 * Tells what the sink acts with. The scopes of a classic token and the end of any that has one stand in the headers of every
 * answer; the root of the API is what `gh auth status` asks for them.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `CONFIG_INVALID` for an address that is no API, and what a request may fail with
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
  if (!response.ok) throw await refusal(source, token, response);
  if (!(response.headers.get('content-type') ?? '').includes('json')) throw notTheApi(env);
  const { headers } = response;
  const form = isApp ? `the GitHub App ${env['GITHUB_APP_ID']?.trim()}` : formOf(token);
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
  const found = Object.entries(FORMS).find(([prefix]) => token.reveal().startsWith(prefix));
  return found?.[1];
}

function contradictions({ GITHUB_TOKEN: used, GH_TOKEN: other = '' }: Environment): string[] {
  return other === '' || other === used
    ? []
    : ['GH_TOKEN is set to another token, and GITHUB_TOKEN is used'];
}

function refusal(source: string, token: Secret, response: Response): Promise<KeyturnError> {
  return responseError(response, {
    what: source,
    hints: {
      401: 'Make a new token and set it: this one is wrong, expired or revoked, or of another GITHUB_API_URL.',
      404: 'Check that GITHUB_API_URL is the address of the API: that of a server ends with /api/v3.',
    },
    secrets: [reveal(token)],
  });
}

function notTheApi(env: Environment): KeyturnError {
  return new KeyturnError('CONFIG_INVALID', 'GITHUB_API_URL is not the address of an API', {
    hint: `Write https://api.github.com, or for a server https://HOST/api/v3, in place of ${apiUrl(env)}.`,
    effect: 'none',
  });
}
