import {
  KeyturnError,
  Secret,
  type AdapterContext,
  type CallOptions,
  type Environment,
} from '@keyturn/core';
import { baseUrl } from '@keyturn/http';

/** Who asks: the owner of a token, or an App where it is installed. */
export interface Identity {
  readonly kind: 'token' | 'app';
  /** The token to ask with, before each request. */
  readonly token: (options: CallOptions) => Promise<Secret>;
  /** Where GitHub takes a token no longer, or it cannot do what is needed, so that the next one is made anew. */
  readonly forget?: (refused: Secret) => Promise<void>;
  /** What an App was given where it is installed, by GitHub's names: `secrets: 'write'`. Undefined if GitHub did not say. */
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
  return baseUrl(env['GITHUB_API_URL'] || DEFAULT_URL, 'GITHUB_API_URL');
}

/**
 * Who asks about the places of an owner: the App of `GITHUB_APP_ID` and `GITHUB_APP_PRIVATE_KEY` where both are set, since in a
 * workflow there may be a `GITHUB_TOKEN` that was not meant; else who the token in `GITHUB_TOKEN` or `GH_TOKEN` belongs to.
 *
 * The variables are read at the first request, since a sink that is only listed needs no credentials.
 *
 * @throws {KeyturnError} from `token`: `CREDENTIALS_MISSING`, `CONFIG_INVALID`, and what making an App's token may fail with
 */
export function identify(owner: string, context: AdapterContext): Identity {
  const { env } = context;
  if (!isSet(env, 'GITHUB_APP_ID') || !isSet(env, 'GITHUB_APP_PRIVATE_KEY'))
    return { kind: 'token', token: async () => environmentToken(env) };
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

/** Whether a text may stand in a header. One that may not is refused by fetch, with an error that may quote it. */
export function isHeaderText(text: string): boolean {
  return /^[\u0021-\u007e]+$/.test(text);
}

/**
 * The id of the App's installation, where the environment names one.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function installationId(env: Environment): string | undefined {
  const id = env['GITHUB_APP_INSTALLATION_ID']?.trim() ?? '';
  if (id === '' || /^\d{1,15}$/.test(id)) return id || undefined;
  throw new KeyturnError('CONFIG_INVALID', 'GITHUB_APP_INSTALLATION_ID is not a number', {
    hint: 'Set it to the number that the address of the installation ends with, or leave it out to have it looked up.',
    effect: 'none',
  });
}

function environmentToken(env: Environment): Secret {
  const token = (env['GITHUB_TOKEN'] || env['GH_TOKEN'] || '').trim();
  if (isHeaderText(token)) return new Secret(token);
  throw new KeyturnError('CREDENTIALS_MISSING', missing(env), {
    hint: 'Set GITHUB_TOKEN to a token that may write secrets there, or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY.',
    effect: 'none',
  });
}

function missing(env: Environment): string {
  const both = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY'];
  const half = both.some((name) => isSet(env, name))
    ? `, and ${both.find((name) => !isSet(env, name))} is not set`
    : '';
  return `neither GITHUB_TOKEN nor GH_TOKEN holds a token${half}`;
}

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? '').trim() !== '';
}
