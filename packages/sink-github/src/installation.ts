import {
  withEffect,
  type AdapterContext,
  type CallOptions,
  type Fetch,
  type Secret,
} from '@keyturn/core';

import { createToken, type InstallationToken } from './app-token.ts';
import { apiUrl, installationId } from './connection.ts';

/** A token is valid for an hour. docs: «Generating an installation access token for a GitHub App». */
const USED_FOR = 55 * 60_000;

interface Installation {
  /** The latest token, and until when it is used. */
  made?: { readonly token: InstallationToken; readonly until: number } | undefined;
  /** Concurrent calls share one new token. The calls of a rotation share a signal, so they end together. */
  readonly asked: WeakMap<AbortSignal, Promise<InstallationToken>>;
}

/** Sinks with the same fetch share tokens: a thousand repositories of one owner need only one. */
const installations = new WeakMap<Fetch, Map<string, Installation>>();

/**
 * The token of the App's installation for an owner, created when it is first needed and renewed before it expires.
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

/** Drops a token that was revoked early, or that lacks a permission which was given later. A newer token is kept. */
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
