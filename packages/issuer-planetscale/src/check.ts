import {
  KeyturnError,
  printable,
  type CallOptions,
  type Capability,
  type CredentialReport,
  type Environment,
  type IssuerReport,
} from '@keyturn/core';
import { readJson, type JsonObject } from '@keyturn/http';

import { isObject, type Api } from './api.ts';
import { diagnose, loginHint, organizationsOf } from './diagnose.ts';
import { warningsOf } from './shape.ts';

const READ = 'read_service_tokens';
const WRITE = 'write_service_tokens';
const DELETE = 'delete_service_tokens';

/**
 * Tells what the credentials may do, with one request: a service token reads its own accesses; a login's are not shown anywhere.
 * Whether `write_service_tokens` includes granting is not documented.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, `PERMISSION_DENIED`, `TARGET_NOT_FOUND`
 */
export async function check(api: Api, call: CallOptions): Promise<IssuerReport> {
  const { id } = api.credentials;
  const what = api.id;
  const path = id === undefined ? `${api.tokens}?per_page=1` : api.token(id);
  const response = await api.request('GET', path, call);
  if (response.status !== 200) throw await diagnose(api, response, { ...call, what, access: READ });
  const accesses = accessesOf(await readJson(response, { what }), what);
  const may = (access: string): Capability =>
    id === undefined || accesses === undefined ? 'unknown' : accesses.has(access) ? 'yes' : 'no';
  const [create, revoke] = [may(WRITE), may(DELETE)];
  return {
    account: api.org,
    ...(id !== undefined && { actingToken: id }),
    needed: [READ, WRITE, DELETE],
    can: { list: 'yes', create, grant: create === 'no' ? 'no' : 'unknown', revoke },
    problems: [
      ...(create === 'no' ? [lacks(api, WRITE, 'create and grant')] : []),
      ...(revoke === 'no' ? [lacks(api, DELETE, 'revoke')] : []),
    ],
  };
}

/**
 * Tells who acts and where the credentials belong, with the one request that needs no access.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and what a request may fail with
 */
export async function credentials(
  api: Api,
  env: Environment,
  call: CallOptions,
): Promise<CredentialReport> {
  const acting = api.credentials;
  const accounts = await organizationsOf(api, acting, call);
  const isToken = acting.id !== undefined;
  const source = isToken ? 'PLANETSCALE_SERVICE_TOKEN' : 'PLANETSCALE_API_TOKEN';
  if (accounts === 'refused')
    throw new KeyturnError('AUTH_DENIED', `${source} is not accepted`, {
      hint: loginHint(acting),
      effect: 'none',
    });
  return {
    source,
    form: isToken ? 'a service token' : "a person's login",
    ...(isToken && { owner: acting.id }),
    accounts: accounts.map((name) => printable(name, 100)),
    warnings: warningsOf(env),
  };
}

/** The names of the organization's accesses, leniently: only three of them matter here. */
function accessesOf(
  { service_token_accesses: items }: JsonObject,
  what: string,
): ReadonlySet<string> | undefined {
  if (!Array.isArray(items)) return undefined;
  const names = items.map((item: unknown) => (isObject(item) ? item['access'] : undefined));
  if (names.every((name) => typeof name === 'string')) return new Set(names);
  throw new KeyturnError('ANSWER_INVALID', `${what} have an access without a name`, {
    hint: 'Is the address right? Run it again in a while.',
    effect: 'none',
  });
}

function lacks(api: Api, access: string, purpose: string): KeyturnError {
  return new KeyturnError(
    'PERMISSION_DENIED',
    `${api.id}: the service token may not ${purpose} tokens: it lacks the access ${access}`,
    {
      hint: `Give it the organization access ${access}, or use a login (PLANETSCALE_API_TOKEN).`,
      effect: 'none',
    },
  );
}
