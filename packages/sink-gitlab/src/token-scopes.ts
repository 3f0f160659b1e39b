import {
  KeyturnError,
  type AdapterContext,
  type CallOptions,
  type Environment,
} from '@keyturn/core';

import { gitlabUrl, readToken } from './connection.ts';

/** One question for all sinks of a run: they share the environment that the token is in. */
const asked = new WeakMap<Environment, Promise<readonly string[] | undefined>>();

/**
 * Refuses a token that may read variables but not write them: reading them would tell no difference.
 *
 * A token of OAuth cannot be asked, and neither can one where the question fails: then nothing is said.
 * docs: «Personal access tokens API», `GET /personal_access_tokens/self`, which answers for those of projects and groups too.
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
  throw new KeyturnError('PERMISSION_DENIED', `${id}: the token may not write variables`, {
    hint: 'Make a token with the scope "api", and put it into GITLAB_TOKEN.',
    effect: 'none',
  });
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

/** Asks for what GitLab tells of the token. */
export function requestToken(
  { env, fetch }: AdapterContext,
  { signal }: CallOptions,
): Promise<Response> {
  const headers = { authorization: `Bearer ${readToken(env).reveal()}`, 'user-agent': 'keyturn' };
  return fetch(`${gitlabUrl(env)}/api/v4/personal_access_tokens/self`, { headers, signal });
}

/** The token's scopes; undefined where they are not told as text. */
export function scopesIn({ scopes }: { scopes?: unknown }): readonly string[] | undefined {
  const areTold = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return areTold ? scopes : undefined;
}
