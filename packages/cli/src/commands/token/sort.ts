import type { TokenInfo } from '@keyturn/core';

export type SortKey = 'age' | 'name' | 'id' | 'used' | 'expires';

const VALUES: Readonly<Record<SortKey, (token: TokenInfo) => string>> = {
  age: ({ issuedAt }) => issuedAt,
  name: ({ label }) => label,
  id: ({ id }) => id,
  // Tokens that were never used come first, tokens that never expire last.
  used: ({ lastUsedAt = '' }) => lastUsedAt,
  expires: ({ expiresAt = '~' }) => expiresAt,
};

/** The oldest, least recently used or soonest to expire first; equal ones by id, to keep the order stable. */
export function sortTokens(tokens: readonly TokenInfo[], key: SortKey): TokenInfo[] {
  const valueOf = VALUES[key];
  return tokens.toSorted((a, b) => compare(valueOf(a), valueOf(b)) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
