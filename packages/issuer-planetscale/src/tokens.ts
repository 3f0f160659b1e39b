import {
  KeyturnError,
  Secret,
  type CallOptions,
  type Credential,
  type IssueRequest,
  type Revocation,
  type TokenDetails,
  type TokenInfo,
  type TokenRef,
} from '@keyturn/core';
import { readJson } from '@keyturn/http';

import { isObject, type Api, type Page } from './api.ts';
import { diagnose, loginHint, organizationsOf } from './diagnose.ts';
import { afterChange } from './effect.ts';
import { permissionsOf } from './permissions.ts';
import { secretOf, tokenInfo } from './token.ts';

const READ = 'read_service_tokens';

/** Every token, page by page, as far as they can be read. */
export async function* list(api: Api, call: CallOptions): AsyncGenerator<TokenInfo> {
  for await (const { items } of pagesOfTokens(api, call))
    for (const item of items) {
      const token = isObject(item) ? tokenInfo(item) : undefined;
      if (token !== undefined) yield token;
    }
}

/**
 * Every token, proved to be all of them: a token deleted while the pages are read moves another one out of sight.
 *
 * @throws {KeyturnError} `ANSWER_INVALID` where the list does not hold still
 */
async function listAll(api: Api, call: CallOptions): Promise<readonly TokenInfo[]> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const found = new Map<string, TokenInfo>();
    const totals = new Set<number>();
    for await (const { items, total } of pagesOfTokens(api, call)) {
      for (const item of items) {
        const token = isObject(item) ? tokenInfo(item) : undefined;
        // Whatever this is, it could be the token that is looked for.
        if (token === undefined) throw unclear(api);
        found.set(token.id, token);
      }
      if (total !== undefined) totals.add(total);
    }
    if (totals.size === 0 || (totals.size === 1 && totals.has(found.size)))
      return [...found.values()];
  }
  throw new KeyturnError(
    'ANSWER_INVALID',
    `${api.id}: the list of tokens changed while it was read`,
    {
      hint: 'Run it again.',
      effect: 'none',
    },
  );
}

function pagesOfTokens(api: Api, call: CallOptions): AsyncGenerator<Page> {
  const what = `${api.id}: the list of tokens`;
  return api.pages(api.tokens, what, call, (response) =>
    diagnose(api, response, { ...call, what, access: READ }),
  );
}

function unclear(api: Api): KeyturnError {
  return new KeyturnError('ANSWER_INVALID', `${api.id}: the list has a token without an id`, {
    hint: 'Is the address right? Run it again in a while.',
    effect: 'none',
  });
}

/**
 * Proves that what the list does not show is not there: the list is of the organization that the credentials belong to, and
 * hides nothing from them. The token that acts is in it itself; a login is asked for its organizations.
 *
 * @throws {KeyturnError} `ANSWER_INVALID`, `AUTH_DENIED`, `TARGET_NOT_FOUND`, and what a request may fail with
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
    throw new KeyturnError(
      'ANSWER_INVALID',
      `${api.id}: the list of tokens lacks the token that keyturn acts with`,
      {
        hint: 'Run it again in a few minutes: a list without that token proves nothing of others.',
        effect: 'none',
      },
    );
  }
  const organizations = await organizationsOf(api, credentials, call);
  if (organizations !== 'refused' && organizations.includes(api.org)) return;
  throw organizations === 'refused'
    ? new KeyturnError('AUTH_DENIED', `${api.id}: the credentials are not valid`, {
        hint: loginHint(credentials),
        effect: 'none',
      })
    : new KeyturnError(
        'TARGET_NOT_FOUND',
        `${api.id}: the credentials do not belong to the organization`,
        { hint: 'Correct the organization, or use credentials of it.', effect: 'none' },
      );
}

/** One token; undefined only if the whole list shows that it is not there. */
export async function get(
  api: Api,
  id: string,
  call: CallOptions,
): Promise<TokenDetails | undefined> {
  const what = `${api.id}: token ${id}`;
  const response = await api.request('GET', api.token(id), call);
  if (response.status === 404 && (await isGone(api, id, call))) return undefined;
  if (response.status !== 200) throw await diagnose(api, response, { ...call, what, access: READ });
  const body = await readJson(response, { what });
  const token = tokenInfo(body);
  const accesses = body['service_token_accesses'];
  if (token?.id !== id || !Array.isArray(accesses))
    throw new KeyturnError('ANSWER_INVALID', `${what}: the answer does not tell what it may do`, {
      hint: 'Run it again in a while, or list token.permissions instead of copying them.',
      effect: 'none',
    });
  return { ...token, permissions: permissionsOf(accesses, what) };
}

/** Whether a token is certainly not there. A look-up that fails is an error, never an answer. */
async function isGone(api: Api, id: string, call: CallOptions): Promise<boolean> {
  const tokens = await listAll(api, call);
  if (tokens.some((token) => token.id === id)) return false;
  await proveAbsence(api, tokens, call);
  return true;
}

/** The tokens of that label, over every page; none only if that is certain. */
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
export async function issue(
  api: Api,
  { label, ttl }: IssueRequest,
  call: CallOptions,
): Promise<Credential> {
  if (ttl !== undefined && !(Number.isSafeInteger(ttl) && ttl > 0))
    throw new KeyturnError('CONFIG_INVALID', `${ttl} is not a number of seconds`, {
      hint: 'Write token.ttl like 120d.',
      effect: 'none',
    });
  const what = `${api.id}: the new token`;
  const body = { name: label, ...(ttl !== undefined && { ttl }) };
  const response = await api.request('POST', api.tokens, { ...call, body, repeatable: false });
  if (!response.ok)
    throw await diagnose(api, response, { ...call, what, access: 'write_service_tokens' });
  const answer = await readJson(response, { what });
  const token = tokenInfo(answer, { label, issuedAt: issuedAt(response, api) });
  const secret = secretOf(answer);
  if (token === undefined || secret === undefined)
    throw new KeyturnError('ANSWER_INVALID', `${what}: the answer has no id or no secret`, {
      hint: 'Run it again: the token is looked for and revoked.',
      effect: 'unknown',
    });
  const { lastUsedAt: _, ...reference } = token;
  return {
    token: reference,
    fields: {
      id: token.id,
      token: new Secret(secret),
      pair: new Secret(`${token.id}:${secret}`),
    },
  };
}

/** For an answer that does not tell when the token was created: the moment of the answer, by the same clock if it shows. */
function issuedAt({ headers }: Response, { clock }: Api): string {
  const date = Date.parse(headers.get('date') ?? '');
  return new Date(Number.isNaN(date) ? clock.now() : date).toISOString();
}

/** Deletes a token (docs: API, delete a service token; 204). Of any other success it is looked whether it is one. */
export async function revoke(api: Api, id: string, call: CallOptions): Promise<Revocation> {
  const response = await api.request('DELETE', api.token(id), call);
  if (response.status === 204) return 'revoked';
  if ((response.ok || response.status === 404) && (await afterChange(isGone(api, id, call))))
    return response.ok ? 'revoked' : 'gone';
  const what = `${api.id}: token ${id} is not revoked`;
  throw await diagnose(api, response, { ...call, what, access: 'delete_service_tokens' });
}
