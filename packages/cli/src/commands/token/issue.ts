import {
  KeyturnError,
  type Credential,
  type IssueRequest,
  type TokenIssuer,
  type TokenRef,
} from '@keyturn/core';

import type { TokenCall } from './call.ts';
import { nameOf } from './describe.ts';

/**
 * Asks for a token under a name that a person chose, which need not be unique. After a lost answer the list is compared with
 * the one before, since a token that nobody has the secret of must not stay behind unseen.
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
    // oxlint-disable-next-line eslint/preserve-caught-error -- a KeyturnError never has a cause
    throw new KeyturnError(error.code, `${error.message}; it may have been created`, {
      hint: hintFor(after?.filter(({ id }) => !before?.has(id))),
      effect: 'unknown',
    });
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

/** Undefined where it cannot be known: one may be allowed to create tokens, and not to list them. */
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
  if (found?.length === 1 && token !== undefined)
    return `${nameOf(token)} is there now, and its secret is lost: delete it with keyturn token delete ${token.id} --yes, and create another.`;
  return 'Look for it in a minute with keyturn token list --sort age, and delete it: its secret is lost.';
}
