import type { AdapterContext, CallOptions, Environment } from '@keyturn/core';

import { gitlabUrl, readToken } from './connection.ts';
import { apiScopeMissing } from './messages.ts';

/** One request for all sinks of a run: they share the environment with the token. */
const asked = new WeakMap<Environment, Promise<readonly string[] | undefined>>();

/**
 * Refuses a token that can read variables but not write them: reading them would not show the difference.
 *
 * If the scopes cannot be read, as for an OAuth token, this refuses nothing. docs: «Personal access tokens API»,
 * `GET /personal_access_tokens/self`, which also works for project and group access tokens.
 *
 * @throws {KeyturnError} `PERMISSION_DENIED`
 */
export async function checkTokenScopes(
  id: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<void> {
  const scopes = await scopesOf(context, options);
  if (scopes === undefined || scopes.includes('api')) return;
  throw apiScopeMissing(id);
}

async function scopesOf(
  context: AdapterContext,
  options: CallOptions,
): Promise<readonly string[] | undefined> {
  const { env } = context;
  const asking = asked.get(env) ?? ask(context, options);
  asked.set(env, asking);
  try {
    return await asking;
  } catch {
    asked.delete(env);
    return undefined;
  }
}

async function ask(
  context: AdapterContext,
  options: CallOptions,
): Promise<readonly string[] | undefined> {
  const response = await requestToken(context, options);
  return response.ok ? scopesIn((await response.json()) ?? {}) : undefined;
}

/** Requests GitLab's description of the token. */
export function requestToken(
  { env, fetch }: AdapterContext,
  { signal }: CallOptions,
): Promise<Response> {
  const headers = { authorization: `Bearer ${readToken(env).reveal()}`, 'user-agent': 'keyturn' };
  return fetch(`${gitlabUrl(env)}/api/v4/personal_access_tokens/self`, { headers, signal });
}

/** The token's scopes; undefined if they are not a list of texts. */
export function scopesIn({ scopes }: { scopes?: unknown }): readonly string[] | undefined {
  const areTold = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return areTold ? scopes : undefined;
}
