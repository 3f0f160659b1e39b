import {
  printable,
  type CallOptions,
  type Capability,
  type CredentialReport,
  type Environment,
  type IssuerReport,
} from '@keyturn/core';
import { isObject, readJson, type JsonObject } from '@keyturn/http';

import type { Api } from './api.ts';
import { diagnose, loginHint, organizationsOf } from './diagnose.ts';
import * as messages from './messages.ts';
import { warningsOf } from './shape.ts';

const READ = 'read_service_tokens';
const WRITE = 'write_service_tokens';
const DELETE = 'delete_service_tokens';

/**
 * Reports what the credentials are allowed to do, with one request: a service token can read its own accesses; those of a login are
 * not shown anywhere.
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
      ...(create === 'no' ? [messages.accessMissing(api.id, WRITE, 'create and grant')] : []),
      ...(revoke === 'no' ? [messages.accessMissing(api.id, DELETE, 'revoke')] : []),
    ],
  };
}

/**
 * Reports whose credentials they are and which organizations they belong to, with the one request that needs no access.
 *
 * @throws {KeyturnError} `AUTH_DENIED`, and whatever a request can throw
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
  if (accounts === 'refused') throw messages.variableRefused(isToken, loginHint(acting));
  return {
    source,
    form: isToken ? 'a service token' : "a person's login",
    ...(isToken ? { owner: acting.id } : { isPerson: true }),
    accounts: accounts.map((name) => printable(name, 100)),
    warnings: warningsOf(env),
  };
}

/** The names of the organization's accesses, read leniently: only three of them matter here. */
function accessesOf(
  { service_token_accesses: items }: JsonObject,
  what: string,
): ReadonlySet<string> | undefined {
  if (!Array.isArray(items)) return undefined;
  const names = items.map((item: unknown) => (isObject(item) ? item['access'] : undefined));
  if (names.every((name) => typeof name === 'string')) return new Set(names);
  throw messages.accessUnnamed(what);
}
