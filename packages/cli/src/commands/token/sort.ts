import type { TokenInfo } from '@keyturn/core';

export type SortKey = 'age' | 'name' | 'id' | 'used' | 'expires';

const VALUES: Readonly<Record<SortKey, (token: TokenInfo) => string>> = {
  age: ({ issuedAt }) => issuedAt,
  name: ({ label }) => label,
  id: ({ id }) => id,
  // What was never used comes first, what never expires last: both are what one looks for or not.
  used: ({ lastUsedAt = '' }) => lastUsedAt,
  expires: ({ expiresAt = '~' }) => expiresAt,
};

/** The oldest, the least recently used or the soonest to expire first; ties by id, so that the order is always the same. */
export function sortTokens(tokens: readonly TokenInfo[], key: SortKey): TokenInfo[] {
  const valueOf = VALUES[key];
  return tokens.toSorted((a, b) => compare(valueOf(a), valueOf(b)) || compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
