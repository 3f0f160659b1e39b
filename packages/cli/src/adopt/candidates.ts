import type { TokenInfo } from '@keyturn/core';

import { evidenceText, type Evidence } from './evidence.ts';

/** What the evidence leaves of the issuer's tokens. */
export type Verdict =
  /** The tokens that match everything that was seen; all of them if nothing was. */
  | { readonly fits: readonly TokenInfo[]; readonly isSeen: boolean }
  /** No token matches everything: the sinks hold different tokens, or one that the issuer does not have. */
  | { readonly disagreement: string };

/** Compares what the sinks suggest with the issuer's tokens. Pure. */
export function judge(evidence: readonly Evidence[], tokens: readonly TokenInfo[]): Verdict {
  const clues = evidence.filter(({ shows }) => shows === 'id' || shows === 'tail');
  const fits = tokens.filter(({ id }) => clues.every((clue) => couldBe(clue, id)));
  if (clues.length === 0 || fits.length > 0) return { fits, isSeen: clues.length > 0 };
  const groups = new Map<string, string[]>();
  for (const clue of clues)
    groups.set(evidenceText(clue), [...(groups.get(evidenceText(clue)) ?? []), clue.sink]);
  const said = [...groups].map(([text, sinks]) => `${sinks.join(', ')}: ${text}`);
  return { disagreement: said.join('; ') };
}

/** Whether the sink could hold the token, judged by what it shows. */
export function couldBe(evidence: Evidence, id: string): boolean {
  if (evidence.shows === 'id') return evidence.id === id;
  return evidence.shows !== 'tail' || id.endsWith(evidence.idTail);
}
