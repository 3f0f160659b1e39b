import { remember, Secret, type AdapterContext, type CallOptions } from '@keyturn/core';
import { isObject, readJson, responseError, type JsonObject } from '@keyturn/http';

import { assertion, readApp } from './app.ts';
import {
  apiUrl,
  installationId,
  isHeaderText,
  VERSION_HEADERS,
  type Permissions,
} from './connection.ts';
import { forbiddenIn } from './forbidden.ts';
import { appHints, appRequest, appResponseInvalid, CHECK_API_URL } from './messages.ts';

/** A token of an installation, with its permissions. */
export interface InstallationToken {
  readonly token: Secret;
  /** By GitHub's names: `secrets: 'write'`. Undefined if GitHub did not say. */
  readonly permissions: Permissions | undefined;
}

/**
 * Creates a token of the App's installation for an owner.
 *
 * docs: REST API, «GitHub Apps».
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`, and the errors of a failed request
 */
export async function createToken(
  owner: string,
  { env, clock, fetch }: AdapterContext,
  { signal }: CallOptions,
): Promise<InstallationToken> {
  const app = readApp(env);
  const jwt = assertion(app, clock.now());
  const what = appRequest(app.id, owner);

  const request = (method: string, path: string): Promise<Response> =>
    fetch(`${apiUrl(env)}${path}`, {
      method,
      headers: { ...VERSION_HEADERS, authorization: `Bearer ${jwt.reveal()}` },
      signal,
      // An extra token does no harm.
      repeatable: true,
    });
  const read = async (response: Response): Promise<JsonObject> => {
    if (response.ok) return readJson(response, { what, address: CHECK_API_URL });
    const forbidden = await forbiddenIn(apiUrl(env), response);
    throw await responseError(response, {
      what,
      hints: { ...appHints, ...(forbidden !== undefined && { 403: forbidden }) },
      address: CHECK_API_URL,
      secrets: [jwt],
    });
  };
  /** A target does not say whether its owner is an organization or a person. */
  const findInstallation = async (): Promise<string> => {
    const account = encodeURIComponent(owner);
    const found = await request('GET', `/orgs/${account}/installation`);
    const { id } = await read(
      found.status === 404 ? await request('GET', `/users/${account}/installation`) : found,
    );
    if (!Number.isSafeInteger(id)) throw appResponseInvalid(what);
    return String(id);
  };

  const id = installationId(env) ?? (await findInstallation());
  const { token, permissions } = await read(
    await request('POST', `/app/installations/${id}/access_tokens`),
  );
  if (typeof token !== 'string' || !isHeaderText(token)) throw appResponseInvalid(what);
  remember(token);
  return { token: new Secret(token), permissions: isObject(permissions) ? permissions : undefined };
}
