import type { CallOptions, KeyturnError } from '@keyturn/core';
import { isObject, responseError, type ResponseErrorOptions } from '@keyturn/http';

import type { Api } from './api.ts';
import type { Credentials } from './credentials.ts';
import * as messages from './messages.ts';
import { unusualParts } from './shape.ts';

/** The hint for refused credentials: what may be wrong with them, and what is unusual about their form. */
export function loginHint({ id, secret }: Credentials): string {
  return id === undefined
    ? messages.LOGIN_REFUSED_HINT
    : messages.tokenRefusedHint(unusualParts(id, secret.reveal()));
}

interface DiagnoseOptions extends CallOptions {
  readonly what: string;
  readonly access: string;
  readonly database?: string;
}

/**
 * The error for a refused request, with the actual cause. An invalid pair, a wrong organization and a missing access all answer 404
 * (docs: API, potential errors), so this requests the list of organizations, which any valid token can read.
 *
 * @param options.access the access that the request needs: `write_service_tokens`
 * @param options.database the database that the access is to; without it, the organization
 */
export async function diagnose(
  api: Api,
  response: Response,
  { what, access, database, ...call }: DiagnoseOptions,
): Promise<KeyturnError> {
  const credentials = api.credentials;
  const hints = messages.accessHints(access, loginHint(credentials), database);
  const error = await errorFrom(response, credentials, { what, hints });
  const isStated = error.code === 'CONFIG_INVALID' || messages.isReason(error.hint);
  if (isStated || (response.status !== 403 && response.status !== 404)) return error;
  // If that fails too, only the refusal is known.
  const organizations = await organizationsOf(api, credentials, call).catch(() => undefined);
  if (organizations === undefined) return error;
  const { effect } = error;
  if (organizations === 'refused')
    return messages.credentialsRefused(what, loginHint(credentials), effect);
  if (organizations.includes(api.org)) return error;
  return messages.otherOrganization(what, api.org, organizations, effect);
}

/** The names of the credentials' organizations. The response contains billing data too, so nothing else of it is kept. */
export async function organizationsOf(
  api: Api,
  credentials: Credentials,
  call: CallOptions,
): Promise<readonly string[] | 'refused'> {
  const what = messages.organizationList(api.id);
  const names: string[] = [];
  let refused = false;
  try {
    const pages = api.pages('/organizations', what, { ...call, credentials }, (response) => {
      refused = response.status === 401;
      return errorFrom(response, credentials, { what });
    });
    for await (const { items } of pages)
      for (const item of items) {
        const name = isObject(item) ? item['name'] : undefined;
        if (typeof name !== 'string') throw messages.organizationUnnamed(what);
        names.push(name);
      }
  } catch (error) {
    if (refused) return 'refused';
    throw error;
  }
  return names;
}

/** The plain error of a response, without another request. */
export function errorFrom(
  response: Response,
  { secret, header }: Credentials,
  options: ResponseErrorOptions,
): Promise<KeyturnError> {
  return responseError(response, {
    reasons: messages.saidHints,
    address: messages.CHECK_ADDRESS,
    ...options,
    secrets: [header, secret],
  });
}
