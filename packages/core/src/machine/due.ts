import type { RotationState, SinkRecord } from '../ledger/state.ts';
import type { Intent, Memory } from './intent.ts';

/** Why a new token is wanted. */
export type Reason = 'first' | 'replaces' | 'leaked' | 'forced' | 'out-of-step' | 'age' | 'expiry';

/** Why the rotation is due, or undefined where it is not. */
export function reasonToRotate(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Reason | undefined {
  const { replaces } = intent;
  const token = state.current === undefined ? undefined : state.tokens.get(state.current);
  const current = token?.ref;
  if (intent.abort === true) return undefined;
  if (intent.breakGlass !== undefined) return 'leaked';
  if (replaces !== undefined && wantsReplacing(state, replaces)) return 'replaces';
  if (state.current === undefined) return 'first';
  // A condemned token is replaced as well after it is gone, by whatever run comes next.
  if (current === undefined || token?.condemned === true) return 'leaked';
  if (intent.force) return 'forced';
  const unsettled = (id: string): boolean => memory.unreadableSinks.has(id);
  if (intent.selected.some((id) => !inStep(state.sinks.get(id), current.id) || unsettled(id)))
    return 'out-of-step';
  const issuedAt = Date.parse(current.issuedAt);
  if (now - issuedAt >= intent.policy.maxAge) return 'age';
  if (current.expiresAt !== undefined && now >= renewalAt(issuedAt, Date.parse(current.expiresAt)))
    return 'expiry';
  return undefined;
}

/** A token that expires is replaced when two thirds of its life are over, so that some failed runs do no harm. */
export function renewalAt(issuedAt: number, expiresAt: number): number {
  return issuedAt + ((expiresAt - issuedAt) * 2) / 3;
}

/** The named token is in use still: it is the current one, or the ledger has not met it yet. */
function wantsReplacing(state: RotationState, replaces: string): boolean {
  return state.current === undefined || state.current === replaces;
}

/** The sink is known to hold this token, whatever may still land. */
export function inStep(sink: SinkRecord | undefined, token: string): boolean {
  return sink !== undefined && sink.base.length === 1 && sink.base[0] === token;
}
