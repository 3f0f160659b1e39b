import type { Ledger } from '../ledger/ledger.ts';
import { holdersByToken, type RotationState } from '../ledger/state.ts';

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

/** The user says that nothing is there. */
export async function vouch(ledger: Ledger): Promise<void> {
  const keys = [...ledger.state.sinks.keys()].filter(isElsewhere);
  if (keys.length > 0)
    await ledger.append(...keys.map((sink) => ({ type: 'forgotten', sink }) as const));
}

/** Only names that keyturn does not write may hold it. */
export function isUnseen(state: RotationState, token: string): boolean {
  const sinks = holdersByToken(state).get(token) ?? [];
  return sinks.length > 0 && sinks.every(isElsewhere);
}
