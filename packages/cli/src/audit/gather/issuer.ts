import type { CallOptions, TokenInfo, TokenIssuer } from '@keyturn/core';

import type { Evidence, Gap, TokenEvidence } from '../evidence.ts';
import { gapOf } from './gap.ts';
import { mapLimited } from '@keyturn/host/session';

const AT_ONCE = 8;

/** An issuer, and the tokens of it that the ledgers know. */
export interface ToAsk {
  readonly issuer: TokenIssuer;
  readonly expected: readonly string[];
  /** A rotation whose issuer it is, if it is not the one of all rotations. */
  readonly through?: string;
}

/** Asks every issuer. What one of them could not tell is missing from all: a token that is not seen may be its. */
export async function askIssuers(
  issuers: readonly ToAsk[],
  wantsPermissions: boolean,
  call: CallOptions,
): Promise<Pick<Evidence, 'tokens' | 'actingToken' | 'gaps'>> {
  const answers = await Promise.all(issuers.map((one) => askIssuer(one, wantsPermissions, call)));
  const isWhole = answers.every(({ tokens }) => tokens !== undefined);
  const acting = answers.find(({ actingToken }) => actingToken !== undefined)?.actingToken;
  return {
    gaps: answers.flatMap(({ gaps }) => gaps),
    ...(isWhole && { tokens: answers.flatMap(({ tokens = [] }) => tokens) }),
    ...(acting !== undefined && { actingToken: acting }),
  };
}

/**
 * Asks the issuer for every token and, if wanted, for their permissions.
 */
async function askIssuer(
  { issuer, expected, through }: ToAsk,
  wantsPermissions: boolean,
  call: CallOptions,
): Promise<Pick<Evidence, 'tokens' | 'actingToken' | 'gaps'>> {
  try {
    const { actingToken } = await issuer.check(call);
    const listed = await listAll(issuer, expected, call);
    const { tokens: asked, gaps } = wantsPermissions
      ? await withPermissions(issuer, listed, call)
      : { tokens: listed, gaps: [] };
    const { expiry, permissions } = issuer.supports;
    const about = {
      ...(expiry === undefined && { isEndless: true as const }),
      ...(permissions !== 'grant' && { isSettled: true as const }),
      ...(through !== undefined && { through }),
    };
    const tokens = asked.map((token) => ({ ...token, ...about }));
    return { tokens, gaps, ...(actingToken !== undefined && { actingToken }) };
  } catch (error) {
    return { gaps: [gapOf('issuer', issuer.id, error)] };
  }
}

/** A token that is deleted while pages are read can hide another one, or show it twice, so expected tokens are requested one by one. */
async function listAll(
  issuer: TokenIssuer,
  expected: readonly string[],
  call: CallOptions,
): Promise<TokenInfo[]> {
  const found = new Map<string, TokenInfo>();
  for await (const token of issuer.list(call)) found.set(token.id, token);
  const unseen = expected.filter((id) => !found.has(id));
  for (const token of await mapLimited(unseen, AT_ONCE, (id) => issuer.get(id, call)))
    if (token !== undefined) found.set(token.id, token);
  return [...found.values()];
}

async function withPermissions(
  issuer: TokenIssuer,
  listed: readonly TokenInfo[],
  call: CallOptions,
): Promise<{ tokens: TokenEvidence[]; gaps: Gap[] }> {
  const gaps: Gap[] = [];
  const tokens = await mapLimited(listed, AT_ONCE, async (token): Promise<TokenEvidence> => {
    if (token.fixed !== undefined) return token;
    try {
      const permissions = (await issuer.get(token.id, call))?.permissions;
      return permissions === undefined ? token : { ...token, permissions };
    } catch (error) {
      gaps.push(gapOf('permissions', token.id, error));
      return token;
    }
  });
  return { tokens, gaps };
}
