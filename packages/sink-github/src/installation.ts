import {
  withEffect,
  type AdapterContext,
  type CallOptions,
  type Fetch,
  type Secret,
} from '@keyturn/core';

import { createToken, type InstallationToken } from './app-token.ts';
import { apiUrl, installationId } from './connection.ts';

/** A token lasts an hour. docs: «Generating an installation access token for a GitHub App». */
const USED_FOR = 55 * 60_000;

interface Installation {
  /** The token that was made last, and until when it is used. */
  made?: { readonly token: InstallationToken; readonly until: number } | undefined;
  /** Where several ask at once, one is made. The calls of a rotation share a signal, and end together. */
  readonly asked: WeakMap<AbortSignal, Promise<InstallationToken>>;
}

/** What shares a fetch shares tokens: a thousand repositories of one owner need one. */
const installations = new WeakMap<Fetch, Map<string, Installation>>();

/**
 * The token of the App's installation for an owner, made when it is first needed and anew before it ends.
 *
 * @throws {KeyturnError} as {@link createToken}, with effect `none`
 */
export async function installationToken(
  owner: string,
  context: AdapterContext,
  options: CallOptions,
): Promise<InstallationToken> {
  const installation = installationOf(owner, context);
  const { made, asked } = installation;
  if (made !== undefined && context.clock.now() < made.until) return made.token;
  const making = asked.get(options.signal) ?? make();
  asked.set(options.signal, making);
  return making;

  async function make(): Promise<InstallationToken> {
    try {
      const token = await createToken(owner, context, options);
      installation.made = { token, until: context.clock.now() + USED_FOR };
      return token;
    } catch (error) {
      throw withEffect(error, 'none');
    } finally {
      asked.delete(options.signal);
    }
  }
}

/** For a token that is of no use: it may have been revoked before its end, or lack a permission that was given since. A newer one stays. */
export function forgetToken(owner: string, context: AdapterContext, refused: Secret): void {
  const installation = installationOf(owner, context);
  if (installation.made?.token.token === refused) installation.made = undefined;
}

function installationOf(owner: string, { env, fetch }: AdapterContext): Installation {
  const known = installations.get(fetch) ?? new Map<string, Installation>();
  installations.set(fetch, known);
  const parts = [apiUrl(env), env['GITHUB_APP_ID'], installationId(env), owner.toLowerCase()];
  const key = parts.join(' ');
  const installation = known.get(key) ?? { asked: new WeakMap() };
  known.set(key, installation);
  return installation;
}
