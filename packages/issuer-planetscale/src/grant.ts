import type { CallOptions, KeyturnError, Permissions } from '@keyturn/core';
import { readJson } from '@keyturn/http';

import type { Api } from './api.ts';
import { errorFrom } from './diagnose.ts';
import { afterChange } from './effect.ts';
import * as messages from './messages.ts';
import { byDatabase, missing, permissionsOf } from './permissions.ts';
import { get } from './tokens.ts';

/**
 * Grants permissions to a token, and verifies the result by the permissions in the response, or by reading the token. The requests
 * are those of the pscale CLI and are not documented: whether a service token is allowed to make them is not known beforehand.
 *
 * @throws {KeyturnError} `GRANT_REFUSED`
 */
export async function grant(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  const answers = await change(api, 'POST', id, permissions, call);
  const shown = await Promise.all(answers.map((answer) => permissionsIn(answer)));
  // The last of several writes shows what all of them did.
  if (shown.some((there) => missing(permissions, there).length === 0)) return;
  const lacks = missing(permissions, await readBack(api, id, call));
  if (lacks.length > 0) throw messages.notGranted(api.id, id, lacks);
}

/** Removes permissions from a token, and reads back what is left. */
export async function ungrant(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  await change(api, 'DELETE', id, permissions, call);
  const there = new Set(await readBack(api, id, call));
  const left = permissions.filter((permission) => there.has(permission));
  if (left.length > 0) throw messages.notUngranted(api.id, id, left);
}

/** Makes one request per database, in turn, and stops at the first that fails or that must not be sent. */
async function change(
  api: Api,
  method: 'POST' | 'DELETE',
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<readonly Response[]> {
  const path = `${api.token(id)}/access`;
  const answers: Response[] = [];
  for (const [database, access] of byDatabase(permissions)) {
    const body = { database, access };
    const changing = async (): Promise<Response> => {
      const response = await patiently(api, call, () =>
        api.request(method, path, { ...call, body, repeatable: true }),
      );
      if (!response.ok) throw await refusal(api, response, database);
      return response;
    };
    // oxlint-disable-next-line eslint/no-await-in-loop -- each confirms the lock after the one before has ended
    answers.push(await (answers.length === 0 ? changing() : afterChange(changing())));
  }
  return answers;
}

/** The permissions that the response to a grant shows; none if it does not have the form that the pscale CLI knows. */
async function permissionsIn(response: Response): Promise<Permissions> {
  const what = messages.grantResponse;
  try {
    const { data } = await readJson(response, { what });
    return Array.isArray(data) ? permissionsOf(data, what) : [];
  } catch {
    return [];
  }
}

async function readBack(api: Api, id: string, call: CallOptions): Promise<Permissions> {
  const details = await afterChange(get(api, id, call));
  if (details !== undefined) return details.permissions;
  throw messages.tokenNotFound(api.id, id);
}

/** A new token might not be visible everywhere yet; how long that takes is not documented. */
const WAITS = [250, 500, 1_000];

async function patiently(
  api: Api,
  call: CallOptions,
  request: () => Promise<Response>,
): Promise<Response> {
  for (const wait of WAITS) {
    const response = await request();
    if (response.status !== 404) return response;
    await api.clock.sleep(wait, call.signal);
  }
  return request();
}

function refusal(api: Api, response: Response, database: string): Promise<KeyturnError> {
  const hints = messages.grantHints(database);
  const codes = Object.fromEntries(
    Object.keys(hints).map((status) => [status, 'GRANT_REFUSED'] as const),
  );
  const what = messages.accessesOf(api.id, database);
  return errorFrom(response, api.credentials, { what, hints, codes });
}
