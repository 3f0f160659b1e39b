import {
  KeyturnError,
  remember,
  Secret,
  type AdapterContext,
  type CallOptions,
} from '@keyturn/core';
import { readJson, responseError, type JsonObject } from '@keyturn/http';

import { assertion, readApp } from './app.ts';
import {
  apiUrl,
  installationId,
  isHeaderText,
  VERSION_HEADERS,
  type Permissions,
} from './connection.ts';

const hints: Readonly<Record<number, string>> = {
  401: 'Do GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY belong together, and is the clock of this machine right?',
  403: 'Was the installation of the App suspended?',
  404: 'Install the App there; if it is, check GITHUB_APP_ID and GITHUB_APP_INSTALLATION_ID.',
};

/** A token of an installation, with what it may do. */
export interface InstallationToken {
  readonly token: Secret;
  /** By GitHub's names: `secrets: 'write'`. Undefined if GitHub did not say. */
  readonly permissions: Permissions | undefined;
}

/**
 * Makes a token of the App's installation for an owner.
 *
 * docs: REST API, «GitHub Apps».
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`, and what a request may fail with
 */
export async function createToken(
  owner: string,
  { env, clock, fetch }: AdapterContext,
  { signal }: CallOptions,
): Promise<InstallationToken> {
  const app = readApp(env);
  const jwt = assertion(app, clock.now());
  const what = `GitHub App ${app.id} for ${owner}`;

  const request = (method: string, path: string): Promise<Response> =>
    fetch(`${apiUrl(env)}${path}`, {
      method,
      headers: { ...VERSION_HEADERS, authorization: `Bearer ${jwt.reveal()}` },
      signal,
      // One token too many harms nobody.
      repeatable: true,
    });
  const read = async (response: Response): Promise<JsonObject> => {
    if (!response.ok) throw await responseError(response, { what, hints, secrets: [jwt] });
    return readJson(response, { what });
  };
  /** A target does not tell whether its owner is an organization or a person. */
  const findInstallation = async (): Promise<string> => {
    const account = encodeURIComponent(owner);
    const found = await request('GET', `/orgs/${account}/installation`);
    const { id } = await read(
      found.status === 404 ? await request('GET', `/users/${account}/installation`) : found,
    );
    return Number.isSafeInteger(id) ? String(id) : unclear(what);
  };

  const id = installationId(env) ?? (await findInstallation());
  const { token, permissions } = await read(
    await request('POST', `/app/installations/${id}/access_tokens`),
  );
  if (typeof token !== 'string' || !isHeaderText(token)) return unclear(what);
  remember(token);
  return { token: new Secret(token), permissions: isObject(permissions) ? permissions : undefined };
}

function isObject(value: unknown): value is Permissions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unclear(what: string): never {
  throw new KeyturnError('ANSWER_INVALID', `${what}: something else was answered`, {
    hint: 'Check that GITHUB_API_URL is the address of a GitHub API.',
    effect: 'none',
  });
}
