import { KeyturnError, printable, type CallOptions, type ErrorCode } from '@keyturn/core';
import { responseError, type ResponseErrorOptions } from '@keyturn/http';

import { isObject, type Api } from './api.ts';
import type { Credentials } from './credentials.ts';
import { oddities } from './shape.ts';

/** What may be wrong with credentials that are refused, and what is unusual about their form. */
export function loginHint({ id, secret }: Credentials): string {
  return id === undefined
    ? 'Log in again with pscale auth login: the login in PLANETSCALE_API_TOKEN is mistyped or has expired.'
    : `Check PLANETSCALE_SERVICE_TOKEN_ID and PLANETSCALE_SERVICE_TOKEN: the token may be mistyped, expired or deleted${oddities(id, secret.reveal())}.`;
}

/**
 * The error for a refused request, with what is really wrong. A bad pair, a wrong organization and a missing access all look like 404
 * (docs: API, potential errors), so the list of organizations is asked, which any valid token may read.
 *
 * @param options.access what the request needs: `write_service_tokens`
 */
export async function diagnose(
  api: Api,
  response: Response,
  { what, access, ...call }: CallOptions & { readonly what: string; readonly access: string },
): Promise<KeyturnError> {
  const credentials = api.credentials;
  const hints = {
    401: loginHint(credentials),
    403: `Give the token the organization access ${access}.`,
    404: `Either it is not there, or the credentials may not see it (they need ${access}).`,
  };
  const error = await errorFrom(response, credentials, { what, hints });
  if (response.status !== 403 && response.status !== 404) return error;
  // If that does not tell either, the refusal itself is what is known.
  const organizations = await organizationsOf(api, credentials, call).catch(() => undefined);
  if (organizations === undefined) return error;
  const { effect } = error;
  const replaced = (code: ErrorCode, message: string, hint: string): KeyturnError =>
    new KeyturnError(code, `${what}: ${message}`, { hint, effect });
  if (organizations === 'refused')
    return replaced('AUTH_DENIED', 'the credentials are not valid', loginHint(credentials));
  if (organizations.includes(api.org)) return error;
  const some = organizations.slice(0, 3).map((name) => printable(name, 60));
  return replaced(
    'TARGET_NOT_FOUND',
    `the credentials are valid, but not for the organization ${api.org}`,
    some.length === 0 ? 'They belong to none.' : `They belong to ${some.join(', ')}.`,
  );
}

/** The names of the credentials' organizations. The answer holds billing data too: nothing else of it is kept. */
export async function organizationsOf(
  api: Api,
  credentials: Credentials,
  call: CallOptions,
): Promise<readonly string[] | 'refused'> {
  const what = `${api.id}: the list of organizations`;
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
        if (typeof name !== 'string') throw nameless(what);
        names.push(name);
      }
  } catch (error) {
    if (refused) return 'refused';
    throw error;
  }
  return names;
}

/** The plain error of a response, without a further request. */
export function errorFrom(
  response: Response,
  { secret, header }: Credentials,
  options: ResponseErrorOptions,
): Promise<KeyturnError> {
  return responseError(response, { ...options, secrets: [header, secret] });
}

function nameless(what: string): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${what} has one without a name`, {
    hint: 'Is the address right? Run it again in a while.',
    effect: 'none',
  });
}
