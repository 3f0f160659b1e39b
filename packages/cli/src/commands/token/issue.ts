import {
  KeyturnError,
  type Credential,
  type IssueRequest,
  type TokenIssuer,
  type TokenRef,
} from '@keyturn/core';

import { deleteLostToken, findLostToken, tokenUnknown } from '../../messages.ts';
import type { TokenCall } from './call.ts';
import { nameOf } from './describe.ts';

/**
 * Requests a token with a name that need not be unique. After a lost answer it compares the list with the one before: a token
 * whose secret nobody has must not stay unnoticed.
 */
export async function issueNew(
  request: IssueRequest,
  { issuer, host }: Pick<TokenCall, 'issuer' | 'host'>,
): Promise<Credential> {
  const before = await idsOf(request.label, issuer, host);
  try {
    return await issuer.issue(request, host);
  } catch (error) {
    if (!KeyturnError.is(error) || error.effect === 'none') throw error;
    const after = before && (await find(request.label, issuer, host));
    const hint = hintFor(after?.filter(({ id }) => !before?.has(id)));
    throw tokenUnknown(error.code, error.message, hint);
  }
}

async function idsOf(
  label: string,
  issuer: TokenIssuer,
  host: TokenCall['host'],
): Promise<ReadonlySet<string> | undefined> {
  const found = await find(label, issuer, host);
  return found && new Set(found.map(({ id }) => id));
}

/** Undefined if it is unknown: credentials may create tokens without being allowed to list them. */
async function find(
  label: string,
  issuer: TokenIssuer,
  host: TokenCall['host'],
): Promise<readonly TokenRef[] | undefined> {
  try {
    return await issuer.find(label, host);
  } catch {
    return undefined;
  }
}

function hintFor(found: readonly TokenRef[] | undefined): string {
  const [token] = found ?? [];
  if (found?.length === 1 && token !== undefined) return deleteLostToken(token.id, nameOf(token));
  return findLostToken();
}
