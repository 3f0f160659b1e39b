import type { CallOptions, TokenInfo, TokenIssuer } from '@keyturn/core';

import { mapLimited } from '../../setup/limited.ts';
import type { Evidence, Gap, TokenEvidence } from '../evidence.ts';
import { gapOf } from './gap.ts';

const AT_ONCE = 8;

/** Asks the issuer for every token and, where that is wanted, what each may do. */
export async function askIssuer(
  issuer: TokenIssuer,
  wantsPermissions: boolean,
  call: CallOptions,
): Promise<Pick<Evidence, 'tokens' | 'actingToken' | 'gaps'>> {
  try {
    const { actingToken } = await issuer.check(call);
    const listed: TokenInfo[] = [];
    for await (const token of issuer.list(call)) listed.push(token);
    const { tokens, gaps } = wantsPermissions
      ? await withPermissions(issuer, listed, call)
      : { tokens: listed, gaps: [] };
    return { tokens, gaps, ...(actingToken !== undefined && { actingToken }) };
  } catch (error) {
    return { gaps: [gapOf('issuer', issuer.id, error)] };
  }
}

async function withPermissions(
  issuer: TokenIssuer,
  listed: readonly TokenInfo[],
  call: CallOptions,
): Promise<{ tokens: TokenEvidence[]; gaps: Gap[] }> {
  const gaps: Gap[] = [];
  const tokens = await mapLimited(listed, AT_ONCE, async (token): Promise<TokenEvidence> => {
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
