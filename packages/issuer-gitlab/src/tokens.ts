import {
  Secret,
  afterChange,
  serverTime,
  type CallOptions,
  type Credential,
  type IssueRequest,
  type Revocation,
  type TokenDetails,
  type TokenInfo,
  type TokenRef,
} from '@keyturn/core';
import { isObject, readJson, type JsonObject } from '@keyturn/http';

import type { Api, Page } from './api.ts';
import { diagnose } from './diagnose.ts';
import { lastDay } from './expiry.ts';
import * as messages from './messages.ts';
import { grantedBy, permissionsOf } from './permissions.ts';
import type { Owner } from './owner.ts';
import { describe, secretOf, type Described } from './token.ts';

/** Every token that is not revoked, page by page. GitLab shows revoked ones for a while. */
export async function* list(owner: Owner, call: CallOptions): AsyncGenerator<TokenInfo> {
  const seen = new Set<string>();
  for await (const { items } of await pagesOf(owner, {}, call))
    for (const item of items) {
      const token = isObject(item) ? describe(item) : undefined;
      // A token that is made meanwhile moves others to the next page.
      if (token === undefined || token.isRevoked || seen.has(token.info.id)) continue;
      seen.add(token.info.id);
      yield token.info;
    }
}

/**
 * The tokens with exactly that label; none only if that is certain: whoever may not see all tokens of the place is refused.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` if the list keeps changing
 */
export async function find(
  owner: Owner,
  label: string,
  call: CallOptions,
): Promise<readonly TokenRef[]> {
  const { id } = owner.api;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const found = new Map<string, Described>();
    const totals = new Set<number>();
    for await (const { items, total } of await pagesOf(owner, { search: label }, call)) {
      for (const item of items) {
        const token = isObject(item) ? describe(item) : undefined;
        // It could be the token that is being looked for.
        if (token === undefined) throw messages.tokenUnidentified(id);
        found.set(token.info.id, token);
      }
      if (total !== undefined) totals.add(total);
    }
    if (totals.size === 0 || (totals.size === 1 && totals.has(found.size)))
      return [...found.values()]
        .filter(({ info, isRevoked }) => info.label === label && !isRevoked)
        .map(({ info }) => info);
  }
  throw messages.listChanged(id);
}

async function pagesOf(
  owner: Owner,
  query: Readonly<Record<string, string>>,
  call: CallOptions,
): Promise<AsyncGenerator<Page>> {
  const { api } = owner;
  const what = messages.tokenList(api.id);
  const { path, filter } = await owner.list(call);
  return api.pages(path, { ...filter, ...query }, what, call, (response) =>
    diagnose(api, response, { ...call, what }),
  );
}

/** A token as GitLab has it; undefined only if it certainly does not exist. A revoked one does not. */
export async function read(
  owner: Owner,
  id: string,
  call: CallOptions,
): Promise<{ readonly token: Described; readonly item: JsonObject } | undefined> {
  const { api } = owner;
  const what = messages.oneToken(api.id, id);
  const response = await api.request('GET', await owner.token(id, call), call);
  if (response.status === 404) {
    // A place that is not visible answers 404 too; only whoever may see all its tokens gets their list.
    for await (const _ of await pagesOf(owner, { search: 'keyturn' }, call)) break;
    return undefined;
  }
  if (response.status !== 200) throw await diagnose(api, response, { ...call, what });
  const item = await readJson(response, { what, address: messages.CHECK_HOST });
  const token = describe(item);
  if (token?.info.id !== id) throw messages.tokenMalformed(what);
  if (!(await owner.owns(token, call))) throw messages.tokenForeign(what);
  return token.isRevoked ? undefined : { token, item };
}

export async function get(
  owner: Owner,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const found = await read(owner, id, call);
  if (found === undefined) return undefined;
  const what = messages.oneToken(owner.api.id, id);
  const permissions = permissionsOf(found.item, owner.api.place, what);
  return { ...found.token.info, permissions };
}

/** Creates a token. Its secret is shown only here. */
export async function issue(
  owner: Owner,
  { label, ttl, permissions = [] }: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  const { api } = owner;
  const what = messages.newToken(api.id);
  const { scopes, level } = grantedBy(permissions, api.place);
  const body = {
    name: label,
    scopes,
    ...(level !== undefined && { access_level: level }),
    // Without it, GitLab takes the longest lifetime that it allows.
    ...(ttl !== undefined && { expires_at: lastDay(api.clock.now(), ttl) }),
  };
  const path = await owner.create(call);
  const response = await api.request('POST', path, { ...call, body });
  if (!response.ok) throw await diagnose(api, response, { ...call, what });
  const answer = await readJson(response, { what, address: messages.CHECK_HOST });
  const token = describe(answer, { label, issuedAt: issuedAt(response, api) });
  const secret = secretOf(answer);
  if (token === undefined || secret === undefined) throw messages.secretMissing(what);
  const { lastUsedAt: _, ...reference } = token.info;
  return { token: reference, fields: { id: reference.id, token: new Secret(secret) } };
}

/** For a response without a creation time: the time of the response, by the server's clock if possible. */
function issuedAt({ headers }: Response, { clock }: Api): string {
  return new Date(serverTime(headers) ?? clock.now()).toISOString();
}

/** Revokes a token: 204. GitLab answers 400 for one that is revoked already, and for a missing right, so the token is read then. */
export async function revoke(owner: Owner, id: string, call: CallOptions): Promise<Revocation> {
  const { api } = owner;
  const what = messages.revocation(api.id, id);
  if (api.place.kind === 'user' && (await read(owner, id, call)) === undefined) return 'gone';
  const response = await api.request('DELETE', await owner.token(id, call), call);
  if (response.status === 204) return 'revoked';
  const isUnclear = response.ok || response.status === 400 || response.status === 404;
  if (isUnclear) {
    const left = await afterChange(read(owner, id, call));
    // The bot of an expired token is not a member any more, so GitLab refuses to revoke it.
    if (left === undefined || left.token.isOver) return response.ok ? 'revoked' : 'gone';
  }
  throw await diagnose(api, response, { ...call, what });
}
