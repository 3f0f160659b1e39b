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
  const before = await issuer.find(request.label, host);
  try {
    return await issuer.issue(request, host);
  } catch (error) {
    if (!KeyturnError.is(error) || error.effect === 'none') throw error;
    const known = new Set(before.map(({ id }) => id));
    const found = await findNew(issuer, request.label, known, host);
    // oxlint-disable-next-line eslint/preserve-caught-error -- a KeyturnError never has a cause
    throw new KeyturnError(error.code, `${error.message}; it may have been created`, {
      hint: hintFor(found),
      effect: 'unknown',
    });
  }
}

/** Undefined where the look-up fails as well: then nothing is known. */
async function findNew(
  issuer: TokenIssuer,
  label: string,
  known: ReadonlySet<string>,
  host: TokenCall['host'],
): Promise<readonly TokenRef[] | undefined> {
  try {
    return (await issuer.find(label, host)).filter(({ id }) => !known.has(id));
  } catch {
    return undefined;
  }
}

function hintFor(found: readonly TokenRef[] | undefined): string {
  const [token] = found ?? [];
  if (found?.length === 1 && token !== undefined)
    return `${nameOf(token)} is there now, and its secret is lost: delete it with keyturn token delete ${token.id} --yes, and create another.`;
  const look = 'Look for it with keyturn token list --sort age, and delete it: its secret is lost.';
  return found?.length === 0 ? `It is not in the list yet, but may still appear. ${look}` : look;
}
