import {
  afterChange,
  withEffect,
  type CallOptions,
  type KeyturnError,
  type Permissions,
} from '@keyturn/core';
import { readJson } from '@keyturn/http';

import type { Api } from './api.ts';
import { errorFrom } from './diagnose.ts';
import * as messages from './messages.ts';
import { byDatabase, missing, permissionsOf } from './permissions.ts';
import { get } from './tokens.ts';

/**
 * Grants permissions to a token, with one request per database, all at once. Verifies the result by the permissions in a response, or
 * by reading the token. The requests are those of the pscale CLI and are not documented: neither whether a service token is allowed to
 * make them, nor whether several at once may cost one another's effect. So what is missing afterwards is asked for again, in turn.
 *
 * @throws {KeyturnError} `GRANT_REFUSED`
 */
export async function grant(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  const answers = await addAtOnce(api, id, permissions, call);
  const shown = await Promise.all(answers.map((answer) => permissionsIn(answer)));
  // The last of several writes shows what all of them did.
  if (shown.some((there) => missing(permissions, there).length === 0)) return;
  const lacks = missing(permissions, await readBack(api, id, call));
  if (lacks.length === 0) return;
  if (answers.length > 1) await afterChange(changeInTurn(api, 'POST', id, lacks, call));
  const left = answers.length > 1 ? missing(lacks, await readBack(api, id, call)) : lacks;
  if (left.length > 0) throw messages.notGranted(api.id, id, left);
}

/** Removes permissions from a token, and reads back what is left. */
export async function ungrant(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  await changeInTurn(api, 'DELETE', id, permissions, call);
  const there = new Set(await readBack(api, id, call));
  const left = permissions.filter((permission) => there.has(permission));
  if (left.length > 0) throw messages.notUngranted(api.id, id, left);
}

async function addAtOnce(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<readonly Response[]> {
  const groups = [...byDatabase(permissions)];
  const outcomes = await Promise.allSettled(
    groups.map((group) => change(api, 'POST', id, group, call)),
  );
  const refused = outcomes.find((outcome) => outcome.status === 'rejected');
  const answers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (refused === undefined) return answers;
  throw answers.length === 0 ? refused.reason : withEffect(refused.reason, 'unknown');
}

/** Makes one request per database, and stops at the first that fails or that must not be sent. */
async function changeInTurn(
  api: Api,
  method: 'POST' | 'DELETE',
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  let isFirst = true;
  for (const group of byDatabase(permissions)) {
    const changing = change(api, method, id, group, call);
    // oxlint-disable-next-line eslint/no-await-in-loop -- each confirms the lock after the one before has ended
    await (isFirst ? changing : afterChange(changing));
    isFirst = false;
  }
}

async function change(
  api: Api,
  method: 'POST' | 'DELETE',
  id: string,
  [database, access]: readonly [database: string, access: readonly string[]],
  call: CallOptions,
): Promise<Response> {
  const body = { database, access };
  const response = await patiently(api, call, () =>
    api.request(method, `${api.token(id)}/access`, { ...call, body, repeatable: true }),
  );
  if (!response.ok) throw await refusal(api, response, database);
  return response;
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
