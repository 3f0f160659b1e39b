import type {
  CallOptions,
  Capability,
  IssuerReport,
  KeyturnError,
  TokenInfo,
  TokenRef,
} from '@keyturn/core';
import { isObject, readJson, type JsonObject } from '@keyturn/http';

import type { Page } from '../api.ts';
import { diagnose } from '../diagnose.ts';
import * as messages from '../messages.ts';
import { time, tokenInfo } from '../token.ts';
import { wholeList } from '../whole-list.ts';
import type { Branch } from './options.ts';

/** Any one of several accesses allows reading; this is the weakest (docs: API, list passwords and list roles). */
const READ = 'read_branch';

/** What an item of a list says; `isOver` if it is only a trace of what was deleted. */
interface Listed {
  readonly id: string;
  readonly token: TokenInfo;
  readonly isOver: boolean;
}

/** Every credential of the branch, page by page. */
export async function* list(branch: Branch, call: CallOptions): AsyncGenerator<TokenInfo> {
  for await (const { items } of pagesOf(branch, call))
    for (const item of items) {
      const listed = isObject(item) ? read(item, branch) : undefined;
      if (listed?.isOver === false) yield listed.token;
    }
}

/** The credentials with that label, from all pages. */
export async function find(
  branch: Branch,
  label: string,
  call: CallOptions,
): Promise<readonly TokenRef[]> {
  return (await listAll(branch, call)).filter((token) => token.label === label);
}

/** Whether it is certain that a credential does not exist. A failed lookup is an error, never an answer. */
export async function isGone(branch: Branch, id: string, call: CallOptions): Promise<boolean> {
  return (await listAll(branch, call)).every((token) => token.id !== id);
}

/** Without the search of the API: how it compares names is not documented, and what it hides would live on. */
async function listAll(branch: Branch, call: CallOptions): Promise<readonly TokenInfo[]> {
  const what = messages.branchList(branch);
  const all = await wholeList(
    () => pagesOf(branch, call),
    (item) => read(item, branch),
    what,
  );
  return all.filter(({ isOver }) => !isOver).map(({ token }) => token);
}

function pagesOf(branch: Branch, call: CallOptions): AsyncGenerator<Page> {
  const what = messages.branchList(branch);
  return branch.api.pages(branch.list, what, call, (response) =>
    refusalOf(branch, response, what, READ, call),
  );
}

/**
 * One credential as the API shows it; undefined only if it certainly does not exist.
 *
 * @throws {KeyturnError} `ANSWER_INVALID`, and whatever a request can throw
 */
export async function readOne(
  branch: Branch,
  id: string,
  call: CallOptions,
): Promise<{ readonly item: JsonObject; readonly token: TokenInfo } | undefined> {
  const { api } = branch;
  const what = messages.branchOne(branch, id);
  const response = await api.request('GET', api.one(branch.list, id), call);
  if (response.status === 404 && (await isGone(branch, id, call))) return undefined;
  if (response.status !== 200) throw await refusalOf(branch, response, what, READ, call);
  const item = await readJson(response, { what });
  const listed = read(item, branch);
  if (listed?.id !== id) throw messages.detailsUnknown(what);
  return listed.isOver ? undefined : { item, token: listed.token };
}

/** Reports whether the credentials of the branch can be read. What else the acting token may do there is not shown anywhere. */
export async function check(branch: Branch, call: CallOptions): Promise<IssuerReport> {
  const { api } = branch;
  const what = messages.branchList(branch);
  const response = await api.request('GET', `${branch.list}?page=1&per_page=1`, call);
  if (response.status !== 200) throw await refusalOf(branch, response, what, READ, call);
  const { data } = await readJson(response, { what });
  if (!Array.isArray(data)) throw messages.listMalformed(what);
  const unknown: Capability = 'unknown';
  return {
    account: api.org,
    can: { list: 'yes', create: unknown, grant: unknown, revoke: unknown },
    problems: [],
  };
}

/** The error for a refused request, with the access that it needs. */
export function refusalOf(
  { api, database }: Branch,
  response: Response,
  what: string,
  access: string,
  call: CallOptions,
): Promise<KeyturnError> {
  return diagnose(api, response, { ...call, what, access, database });
}

function read(item: JsonObject, { noun }: Branch): Listed | undefined {
  const token = tokenInfo(item);
  if (token === undefined) return undefined;
  // A role is deleted before it is dropped, and works until then.
  const end = time(item[noun === 'password' ? 'deleted_at' : 'dropped_at']);
  // docs: Postgres, roles: to reset the default role is a downtime.
  const isDefault = noun === 'role' && item['default'] === true;
  return {
    id: token.id,
    token: isDefault ? { ...token, fixed: messages.DEFAULT_ROLE } : token,
    isOver: end !== undefined,
  };
}
