import {
  afterChange,
  Secret,
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
import { create } from './create.ts';
import { diagnose, loginHint, organizationsOf } from './diagnose.ts';
import * as messages from './messages.ts';
import { permissionsOf } from './permissions.ts';
import { secretOf, tokenInfo } from './token.ts';
import { wholeList } from './whole-list.ts';

const READ = 'read_service_tokens';

/** Every readable token, page by page. */
export async function* list(api: Api, call: CallOptions): AsyncGenerator<TokenInfo> {
  for await (const { items } of pagesOfTokens(api, call))
    for (const item of items) {
      const token = isObject(item) ? tokenInfo(item) : undefined;
      if (token !== undefined) yield token;
    }
}

function listAll(api: Api, call: CallOptions): Promise<readonly TokenInfo[]> {
  return wholeList(() => pagesOfTokens(api, call), tokenInfo, messages.tokenList(api.id));
}

function pagesOfTokens(api: Api, call: CallOptions): AsyncGenerator<Page> {
  const what = messages.tokenList(api.id);
  return api.pages(api.tokens, what, call, (response) =>
    diagnose(api, response, { ...call, what, access: READ }),
  );
}

/**
 * Proves that a token that the list lacks does not exist: the list belongs to the credentials' organization, and hides nothing from
 * them. It has to contain the token that keyturn acts with; for a login, its organizations are requested.
 *
 * @throws {KeyturnError} `ANSWER_INVALID`, `AUTH_DENIED`, `TARGET_NOT_FOUND`, and whatever a request can throw
 */
async function proveAbsence(
  api: Api,
  tokens: readonly TokenInfo[],
  call: CallOptions,
): Promise<void> {
  const { credentials } = api;
  const { id } = credentials;
  if (id !== undefined) {
    if (tokens.some((token) => token.id === id)) return;
    throw messages.actingTokenUnlisted(api.id);
  }
  const organizations = await organizationsOf(api, credentials, call);
  if (organizations !== 'refused' && organizations.includes(api.org)) return;
  throw organizations === 'refused'
    ? messages.credentialsRefused(api.id, loginHint(credentials), 'none')
    : messages.organizationForeign(api.id);
}

/** One token; undefined only if the complete list proves that it does not exist. */
export async function get(
  api: Api,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const what = messages.oneToken(api.id, id);
  const response = await api.request('GET', api.token(id), call);
  if (response.status === 404 && (await isGone(api, id, call))) return undefined;
  if (response.status !== 200) throw await diagnose(api, response, { ...call, what, access: READ });
  const body = await readJson(response, { what });
  const token = tokenInfo(body);
  const accesses = body['service_token_accesses'];
  if (token?.id !== id || !Array.isArray(accesses)) throw messages.permissionsUnknown(what);
  return { ...token, permissions: permissionsOf(accesses, what) };
}

/** Whether it is certain that a token does not exist. A failed lookup is an error, never an answer. */
async function isGone(api: Api, id: string, call: CallOptions): Promise<boolean> {
  const tokens = await listAll(api, call);
  if (tokens.some((token) => token.id === id)) return false;
  await proveAbsence(api, tokens, call);
  return true;
}

/** The tokens with that label, from all pages; none only if that is certain. */
export async function find(
  api: Api,
  label: string,
  call: CallOptions,
): Promise<readonly TokenRef[]> {
  const tokens = await listAll(api, call);
  const found = tokens.filter((token) => token.label === label);
  if (found.length === 0) await proveAbsence(api, tokens, call);
  return found;
}

/** Creates a token (docs: API, create a service token; `ttl` in seconds). Its secret is shown only here. */
export function issue(api: Api, request: IssueRequest, call: CallOptions): Promise<Credential> {
  const what = messages.newToken(api.id);
  const creation = {
    path: api.tokens,
    what,
    refusal: (response: Response) =>
      diagnose(api, response, { ...call, what, access: 'write_service_tokens' }),
    fieldsOf: (answer: JsonObject, id: string) => {
      const secret = secretOf(answer);
      if (secret === undefined) return undefined;
      return { token: new Secret(secret), pair: new Secret(`${id}:${secret}`) };
    },
  };
  return create(api, creation, request, call);
}

/** Deletes a token (docs: API, delete a service token; 204). Any other success is verified. */
export async function revoke(api: Api, id: string, call: CallOptions): Promise<Revocation> {
  const response = await api.request('DELETE', api.token(id), call);
  if (response.status === 204) return 'revoked';
  if ((response.ok || response.status === 404) && (await afterChange(isGone(api, id, call))))
    return response.ok ? 'revoked' : 'gone';
  const what = messages.revocation(api.id, id);
  throw await diagnose(api, response, { ...call, what, access: 'delete_service_tokens' });
}
