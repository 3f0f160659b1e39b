import {
  afterChange,
  Secret,
  type CallOptions,
  type Credential,
  type IssueRequest,
  type Permissions,
  type Revocation,
  type TokenDetails,
  type TokenInfo,
} from '@keyturn/core';
import { readJson, type JsonObject } from '@keyturn/http';

import { connectionUrl, hostOf, usernameOf } from '../branch/host.ts';
import { isGone, readOne, refusalOf } from '../branch/list.ts';
import type { Branch } from '../branch/options.ts';
import { create } from '../create.ts';
import * as messages from '../messages.ts';
import { isSecret } from '../token.ts';
import { bodyFor, permissionsOf } from './permissions.ts';

const CREATE = 'create_production_branch_password (or create_branch_password)';
const DELETE = 'delete_production_branch_password (or delete_branch_password)';

/** A branch with roles, and what a first role may do. */
export interface RoleBranch extends Branch {
  /** Of the database, for addresses that do not say it: 5432, or 6432 for PgBouncer. docs: Postgres, connecting. */
  readonly port: number;
  readonly usual: Permissions;
  /** Of the roles that were created here, whose rights they are compared with. */
  readonly predecessors: Map<string, string>;
  /** Whether they are. */
  readonly comparesRights: boolean;
}

/**
 * One role with what it may do.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for the default role, which cannot be rotated without an outage
 */
export async function get(
  branch: Branch,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const found = await readRole(branch, id, call);
  if (found === undefined) return undefined;
  const permissions = permissionsOf(found.item);
  if (permissions === undefined) throw messages.detailsUnknown(messages.branchOne(branch, id));
  return { ...found.token, permissions };
}

/** Refuses the default role, and an answer that does not say whether it is that. */
async function readRole(
  branch: Branch,
  id: string,
  call: CallOptions,
): Promise<{ readonly item: JsonObject; readonly token: TokenInfo } | undefined> {
  const found = await readOne(branch, id, call);
  if (found === undefined || found.item['default'] === false) return found;
  if (found.item['default'] === true) throw messages.defaultRole(branch.api.id, id);
  throw messages.detailsUnknown(messages.branchOne(branch, id));
}

/** Creates a role (docs: API, create role credentials; 200). Its password is shown only here. */
export async function issue(
  branch: RoleBranch,
  request: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  const { permissions = branch.usual, like } = request;
  const what = messages.branchNew(branch);
  const creation = {
    path: branch.list,
    what,
    limits: () => bodyFor(permissions),
    refusal: (response: Response) => refusalOf(branch, response, what, CREATE, call),
    fieldsOf: (answer: JsonObject) => fieldsOf(answer, branch),
  };
  const credential = await create(branch.api, creation, request, call);
  if (like !== undefined && branch.comparesRights)
    branch.predecessors.set(credential.token.id, like);
  return credential;
}

/** Undefined if the response lacks one. */
function fieldsOf(answer: JsonObject, { port }: RoleBranch): Credential['fields'] | undefined {
  const { password, database_name: database } = answer;
  const username = usernameOf(answer['username']);
  const host = hostOf(addressOf(answer['access_host_url']));
  const isNamed = typeof database === 'string' && /^[^\p{C}]{1,100}$/u.test(database);
  if (username === undefined || host === undefined || !isNamed || !isSecret(password))
    return undefined;
  const address = host.includes(':') ? host : `${host}:${port}`;
  const rest = `${encodeURIComponent(database)}?sslmode=verify-full`;
  const url = connectionUrl('postgresql', { username, password, host: address }, rest);
  return { username, password: new Secret(password), host, database, url: new Secret(url) };
}

/** The API's description calls it a connection string. */
function addressOf(value: unknown): unknown {
  return typeof value === 'string'
    ? value.replace(/^postgres(?:ql)?:\/\/([^/?#@]+)(?:[/?#].*)?$/s, '$1')
    : value;
}

/** Whether a new role accepts connections; one that is not shown yet does not. */
export async function ready(branch: Branch, id: string, call: CallOptions): Promise<boolean> {
  const { api } = branch;
  const what = messages.branchOne(branch, id);
  const response = await api.request('GET', api.one(branch.list, id), call);
  if (response.status === 404) return false;
  if (response.status !== 200) throw await refusalOf(branch, response, what, 'read_branch', call);
  // If the API does not say it, verifying the role finds out.
  return (await readJson(response, { what }))['ready'] !== false;
}

/** Gives what the role owns to its successor: a role that owns something cannot be dropped (docs: API, reassign; 204). */
export async function retire(
  branch: Branch,
  id: string,
  successor: string,
  call: CallOptions,
): Promise<void> {
  const { api } = branch;
  if ((await readRole(branch, id, call)) === undefined) return;
  const path = `${api.one(branch.list, id)}/reassign`;
  // The id is checked as one of a path is.
  api.one(branch.list, successor);
  const response = await api.request('POST', path, {
    ...call,
    body: { successor },
    repeatable: true,
  });
  if (response.ok) return;
  const what = messages.reassignment(branch.api.id, id, successor);
  throw await refusalOf(branch, response, what, DELETE, call);
}

/** Milliseconds between looks at a role that is being dropped. */
const LOOKS = [0, 1_000, 2_000];

/**
 * Deletes a role (docs: API, delete role credentials; 204). It is dropped some time afterwards, and until then it may work: it is
 * revoked only when it is dropped or not there any more.
 *
 * @throws {KeyturnError} `REMOTE_REJECTED` if it cannot be dropped, `CONFIG_INVALID` for the default role
 */
export async function revoke(branch: Branch, id: string, call: CallOptions): Promise<Revocation> {
  const { api } = branch;
  const found = await readRole(branch, id, call);
  if (found === undefined) return 'gone';
  if (!isEnding(found.item)) {
    const response = await api.request('DELETE', api.one(branch.list, id), call);
    if (response.status === 404 && (await afterChange(isGone(branch, id, call)))) return 'gone';
    if (!response.ok)
      throw await refusalOf(branch, response, messages.branchRevocation(branch, id), DELETE, call);
  }
  for (const wait of LOOKS) {
    if (wait > 0) await api.clock.sleep(wait, call.signal);
    const seen = await afterChange(readOne(branch, id, call));
    if (seen === undefined) return 'revoked';
    const failure = failureOf(seen.item);
    if (failure !== undefined)
      throw messages.dropFailed(messages.branchRevocation(branch, id), failure);
  }
  return 'pending';
}

/** It was deleted, and being dropped takes its time. */
function isEnding(item: JsonObject): boolean {
  return typeof item['deleted_at'] === 'string' && failureOf(item) === undefined;
}

/** Why a role could not be dropped. */
function failureOf({ drop_failed: failure }: JsonObject): string | undefined {
  return typeof failure === 'string' && failure !== '' ? failure : undefined;
}
