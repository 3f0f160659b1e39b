import type { CallOptions, ErrorCode, KeyturnError } from '@keyturn/core';

import type { Api } from './api.ts';
import * as messages from './messages.ts';
import { errorFrom } from './refusal.ts';
import { describeSelf } from './self.ts';

/** The words with which GitLab says that a 400 is about rights or a limit. gitlab: app/services/resource_access_tokens. */
const SAID: readonly (readonly [RegExp, ErrorCode])[] = [
  [/does not have permission|cannot delete|not held by|could not provision/i, 'PERMISSION_DENIED'],
  [/limit (?:has been )?reached/i, 'LIMIT_REACHED'],
];

/**
 * The error for a refused request, with the actual cause: GitLab answers 401 for an invalid token and for a role that is too low, so this
 * asks it about the token.
 */
export async function diagnose(
  api: Api,
  response: Response,
  { what, ...call }: CallOptions & { readonly what: string },
): Promise<KeyturnError> {
  const { status } = response;
  const codes = status === 400 ? await codesFor(response.clone()) : {};
  const hints = messages.refusalHints(api.place);
  const error = await errorFrom(response, api.token, { what, hints, codes });
  if (status !== 401 || messages.isReason(error.hint)) return error;
  // If that fails too, only the refusal is known.
  const self = await describeSelf(api, api.token, call).catch(() => 'refused' as const);
  return self === 'refused' ? error : messages.roleTooLow(what, api.place, error.effect);
}

async function codesFor(response: Response): Promise<Record<number, ErrorCode>> {
  const said = (await response.text()).slice(0, 10_000);
  const known = SAID.find(([words]) => words.test(said));
  return known === undefined ? {} : { 400: known[1] };
}
