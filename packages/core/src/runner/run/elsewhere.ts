import { holdersByToken, type RotationState } from '../../ledger/state.ts';

const SUFFIX = '#elsewhere';

/**
 * Stands in a ledger for the names near a sink that keyturn does not write: a token that was in use before may be there, so
 * that it is kept like one that a sink may hold.
 */
export function elsewhere(sink: string): string {
  return `${sink}${SUFFIX}`;
}

export function isElsewhere(sink: string): boolean {
  return sink.endsWith(SUFFIX);
}

/** What is near the sinks. */
export interface Contact {
  /** What else may hold the token that is replaced, as keys of the ledger. */
  readonly keys: readonly string[];
  readonly warnings: ReadonlySet<string>;
}

/** Only names that keyturn does not write may hold it. */
export function isUnseen(state: RotationState, token: string): boolean {
  const sinks = holdersByToken(state).get(token) ?? [];
  return sinks.length > 0 && sinks.every(isElsewhere);
}
