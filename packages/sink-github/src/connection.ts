import type { AdapterContext, CallOptions, Environment, Secret } from '@keyturn/core';
import { baseUrl, tokenIn } from '@keyturn/http';

import { apiUrlInvalid, installationIdInvalid, tokenMissing } from './messages.ts';

/** Who makes the requests: the owner of a token, or an installation of an App. */
export interface Identity {
  readonly kind: 'token' | 'app';
  /** The token to use, asked for before each request. */
  readonly token: (options: CallOptions) => Promise<Secret>;
  /** Drops a token that GitHub rejects or that lacks a permission, so that a new one is created. */
  readonly forget?: (refused: Secret) => Promise<void>;
  /** The permissions of an App's installation by GitHub's names: `secrets: 'write'`. Undefined if GitHub did not show them. */
  readonly permissions?: (options: CallOptions) => Promise<Permissions | undefined>;
}

export type Permissions = Readonly<Record<string, unknown>>;

export const VERSION_HEADERS = {
  accept: 'application/vnd.github+json',
  'user-agent': 'keyturn',
  'x-github-api-version': '2022-11-28',
};

const DEFAULT_URL = 'https://api.github.com';

/**
 * The base of the REST API: `GITHUB_API_URL`, or github.com's. GitHub Enterprise Server: `https://HOST/api/v3`.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function apiUrl(env: Environment): string {
  const text = env['GITHUB_API_URL'] || DEFAULT_URL;
  if (last?.text !== text) last = { text, url: checkedUrl(text) };
  return last.url;
}

/** Every sink asks, and nearly always for the same one. */
let last: { readonly text: string; readonly url: string } | undefined;

function checkedUrl(text: string): string {
  const url = baseUrl(text, 'GITHUB_API_URL');
  const { host, pathname, origin } = new URL(url);
  const isGithubCom = ['github.com', 'www.github.com', 'api.github.com'].includes(host);
  if (isGithubCom && url !== DEFAULT_URL) throw apiUrlInvalid(url, DEFAULT_URL);
  if (pathname.endsWith('/graphql')) throw apiUrlInvalid(url, `${origin}/api/v3`);
  return url;
}

/**
 * Who makes the requests for an owner: the App of `GITHUB_APP_ID` and `GITHUB_APP_PRIVATE_KEY` if both are set, because a workflow
 * might have an unrelated `GITHUB_TOKEN`; otherwise the owner of the token in `GITHUB_TOKEN` or `GH_TOKEN`.
 *
 * The variables are read at the first request, because a sink that is only listed needs no credentials.
 *
 * @throws {KeyturnError} from `token`: `CREDENTIALS_MISSING`, `CONFIG_INVALID`, and the errors of creating an App's token
 */
export function identify(owner: string, context: AdapterContext): Identity {
  const { env } = context;
  if (!isSet(env, 'GITHUB_APP_ID') || !isSet(env, 'GITHUB_APP_PRIVATE_KEY'))
    return ofEnvironment(env);
  const load = () => import('./installation.ts');
  return {
    kind: 'app',
    token: async (options) =>
      (await load()).installationToken(owner, context, options).then(({ token }) => token),
    permissions: async (options) =>
      (await load())
        .installationToken(owner, context, options)
        .then(({ permissions }) => permissions),
    forget: async (refused) => (await load()).forgetToken(owner, context, refused),
  };
}

/** Whether a text is allowed in a header. Fetch rejects any other text with an error that might quote it. */
export function isHeaderText(text: string): boolean {
  return /^[\u0021-\u007e]+$/.test(text);
}

/**
 * The id of the App's installation, if the environment has one.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function installationId(env: Environment): string | undefined {
  const id = env['GITHUB_APP_INSTALLATION_ID']?.trim() ?? '';
  if (id === '' || /^\d{1,15}$/.test(id)) return id || undefined;
  throw installationIdInvalid();
}

function ofEnvironment(env: Environment): Identity {
  let known: Secret | undefined;
  return { kind: 'token', token: async () => (known ??= environmentToken(env)) };
}

function environmentToken(env: Environment): Secret {
  const name = env['GITHUB_TOKEN'] ? 'GITHUB_TOKEN' : 'GH_TOKEN';
  const token = tokenIn(env, name);
  if (token !== undefined) return token;
  const both = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY'];
  const isHalfSet = both.some((one) => isSet(env, one));
  throw tokenMissing(isHalfSet ? both.find((one) => !isSet(env, one)) : undefined);
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '').trim() !== '';
}
