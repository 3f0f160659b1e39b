import type { Evidence, Source } from './evidence.ts';
import type { Rule } from './rule.ts';

/** The sources that were checked. An empty ledger does not count. */
export function seenIn({ tokens, rotations, isSearched }: Evidence): Source[] {
  const seen: Readonly<Record<Source, boolean>> = {
    issuer: tokens !== undefined,
    permissions: tokens?.some(({ permissions }) => permissions !== undefined) ?? false,
    ledgers: rotations.some(({ state }) => state.rotation !== ''),
    sinks: rotations.some(({ shown }) => shown.length > 0),
    git: isSearched ?? false,
  };
  return (Object.keys(seen) as Source[]).filter((source) => seen[source]);
}

/**
 * Whether an empty result proves nothing. A searched repository does not replace tokens that were not seen, unless only rules about
 * git were chosen.
 */
export function isBlind(seen: readonly Source[], chosen: readonly Rule[]): boolean {
  const aboutTokens = chosen.filter(({ basis }) => !basis.includes('git'));
  const judged = aboutTokens.length === 0 ? chosen : aboutTokens;
  return judged.every(({ basis }) => !basis.some((source) => seen.includes(source)));
}
