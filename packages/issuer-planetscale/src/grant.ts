import { KeyturnError, type CallOptions, type Permissions } from '@keyturn/core';
import { readJson } from '@keyturn/http';

import type { Api } from './api.ts';
import { errorFrom } from './diagnose.ts';
import { afterChange } from './effect.ts';
import { byDatabase, missing, permissionsOf } from './permissions.ts';
import { get } from './tokens.ts';

const HINT =
  'Granting needs write_service_tokens, and one may only grant what one may do oneself. Give the acting token those accesses, or use a login that has them (PLANETSCALE_API_TOKEN).';

/**
 * Gives a token permissions, and proves it by what the answer shows that the token may do now, else by reading it. The requests are
 * those of the pscale CLI, which are in no published document: whether a service token may make them is not known beforehand.
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
  if (lacks.length > 0)
    throw new KeyturnError(
      'GRANT_REFUSED',
      `${api.id}: token ${id} was not given ${some(lacks)}, though no request was refused`,
      { hint: HINT },
    );
}

/** Takes permissions away from a token, and reads back what is left. */
export async function ungrant(
  api: Api,
  id: string,
  permissions: Permissions,
  call: CallOptions,
): Promise<void> {
  await change(api, 'DELETE', id, permissions, call);
  const there = new Set(await readBack(api, id, call));
  const left = permissions.filter((permission) => there.has(permission));
  if (left.length > 0)
    throw new KeyturnError(
      'GRANT_REFUSED',
      `${api.id}: token ${id} still has ${some(left)}, though no request was refused`,
      { hint: HINT },
    );
}

/** Makes one request per database, one after the other: the first that fails, or that may not be sent, is the last. */
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
    // oxlint-disable-next-line eslint/no-await-in-loop -- each asks for the right to write after the one before has ended
    answers.push(await (answers.length === 0 ? changing() : afterChange(changing())));
  }
  return answers;
}

/** All that the answer to a grant shows that the token may do now; nothing if it has another form than the pscale CLI knows. */
async function permissionsIn(response: Response): Promise<Permissions> {
  const what = 'the answer to a grant';
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
  throw new KeyturnError('TOKEN_NOT_FOUND', `${api.id}: token ${id} does not exist (any more)`, {
    hint: 'List the tokens with: keyturn token list',
  });
}

/** A token that was only just created may not be seen everywhere yet; how fast it is, is not documented. */
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
  const where = database === '' ? 'the organization' : `the database ${database}`;
  const names = 'Check the names of the permissions.';
  const hints = {
    400: names,
    401: HINT,
    403: HINT,
    404: `${HINT} Does ${where} exist?`,
    422: names,
  };
  const codes = Object.fromEntries(
    Object.keys(hints).map((status) => [status, 'GRANT_REFUSED'] as const),
  );
  const what = `${api.id}: accesses for ${where} were refused`;
  return errorFrom(response, api.credentials, { what, hints, codes });
}

function some(permissions: Permissions): string {
  const rest = permissions.length - 5;
  return `${permissions.slice(0, 5).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
