import { holdersByToken, type RotationState } from '../../ledger/state.ts';
import { inStep } from '../../machine/due.ts';
import type { Run } from './run.ts';

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

/** The user says that nothing is there: taken at its word once every sink was written under the names that are configured now. */
export async function vouch({ request, ledger }: Run): Promise<void> {
  const { current, sinks } = ledger.state;
  if (request.allowMissingNames !== true || current === undefined) return;
  if (!request.sinks.every(({ id }) => inStep(sinks.get(id), current))) return;
  const keys = [...sinks.keys()].filter(isElsewhere);
  if (keys.length > 0)
    await ledger.append(...keys.map((sink) => ({ type: 'forgotten', sink }) as const));
}

/** Only names that keyturn does not write may hold it. */
export function isUnseen(state: RotationState, token: string): boolean {
  const sinks = holdersByToken(state).get(token) ?? [];
  return sinks.length > 0 && sinks.every(isElsewhere);
}
