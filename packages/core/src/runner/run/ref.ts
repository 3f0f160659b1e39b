import type { TokenDetails, TokenRef } from '../../contracts/issuer.ts';

/** What the ledger keeps of a token. */
export function refOf({ id, label, issuedAt, expiresAt }: TokenDetails): TokenRef {
  return { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
}
