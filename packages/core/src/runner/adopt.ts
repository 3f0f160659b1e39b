import { newTokenUnderWay, otherTokenCurrent, tokenReplaced } from '../messages.ts';
import type { TokenDetails } from '../contracts/issuer.ts';
import { withLedger } from '../ledger/ledger.ts';
import { summarise, type RotationState } from '../ledger/state.ts';
import { observed } from './observed.ts';
import type { RotationRuntime } from './run/request.ts';

/** A token that is in use already, to become a rotation's current one. */
export interface AdoptionRequest {
  /** The rotation's name: its ledger is kept under it. */
  readonly name: string;
  /** As the issuer tells of it now. */
  readonly token: TokenDetails;
  /** The ids of the sinks that may hold it. */
  readonly sinks: readonly string[];
}

/** `unchanged`: it was the current one before. */
export type Adoption = 'adopted' | 'unchanged';

/**
 * Takes over a token that somebody else made: it becomes the rotation's current one without being replaced now, so that it is
 * replaced when it is due, and revoked then. Only the ledger is written; doing it again changes nothing.
 *
 * Which token it is, is the caller's word: nothing here looks into a sink.
 *
 * @throws {KeyturnError} `TOKEN_IN_USE` where the rotation has another token, or is bringing one in; and what a store fails with
 */
export async function adopt(
  { name, token, sinks }: AdoptionRequest,
  { store, owner, clock, observe }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe'>,
): Promise<Adoption> {
  const opening = { owner, clock, observe: observed(name, observe) };
  return withLedger(store, name, opening, async (ledger) => {
    const { state } = ledger;
    if (state.current === token.id) return 'unchanged';
    refuseOther(name, token.id, state);
    const { id, label, issuedAt, expiresAt, permissions } = token;
    const ref = { id, label, issuedAt, ...(expiresAt !== undefined && { expiresAt }) };
    await ledger.append(
      { type: 'opened', rotation: name, summary: summarise(state) },
      { type: 'adopted', token: ref, sinks, permissions },
    );
    return 'adopted';
  });
}

function refuseOther(name: string, id: string, state: RotationState): void {
  if (state.current !== undefined) throw otherTokenCurrent(name, state.current, id);
  if (state.active !== undefined) throw newTokenUnderWay(name);
  if (state.tokens.has(id)) throw tokenReplaced(name, id);
}
