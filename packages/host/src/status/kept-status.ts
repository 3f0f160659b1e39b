import { holdersByToken, isUndeployed, isUnseen, type RotationState } from '@keyturn/core/unstable';

import type { SinkStatus } from './sink-status.ts';

/** A replaced token that is still valid, and why. */
export interface KeptStatus {
  readonly id: string;
  readonly sinks: readonly string[];
  readonly reason:
    | 'grace'
    | 'held'
    | 'settling'
    | 'leaked'
    | 'unproved'
    | 'unseen'
    | 'unnamed'
    | 'disabled'
    | 'ending'
    | 'undeployed'
    | 'drifted';
}

export function keptTokens(
  state: RotationState,
  sinks: readonly SinkStatus[],
  unnamed: ReadonlySet<string> = new Set(),
): KeptStatus[] {
  const held = holdersByToken(state);
  const isUnproved = sinks.some(({ trial }) => trial === 'failed');
  const isDrifted = sinks.some((sink) => sink.drift?.shows === 'overwritten');
  return [...state.tokens.values()]
    .filter(({ retired }) => retired)
    .map(({ ref: { id }, condemned, disabledAt, requested }) => {
      const holding = held.get(id) ?? [];
      if (condemned === true) return { id, sinks: holding, reason: 'leaked' };
      if (holding.length === 0 && unnamed.has(id)) return { id, sinks: holding, reason: 'unnamed' };
      // A run that was killed does not know what came of its request.
      if (holding.length === 0 && requested === 'revoke')
        return { id, sinks: holding, reason: 'ending' };
      if (holding.length === 0 && disabledAt !== undefined)
        return { id, sinks: holding, reason: 'disabled' };
      if (holding.length === 0)
        return {
          id,
          sinks: holding,
          reason: isDrifted ? 'drifted' : isUnproved ? 'unproved' : 'grace',
        };
      if (isUnseen(state, id)) return { id, sinks: holding, reason: 'unseen' };
      if (holding.every((sink) => isUndeployed(state, sink, id)))
        return { id, sinks: holding, reason: 'undeployed' };
      const isHeld = holding.some((sink) => state.sinks.get(sink)?.base.includes(id) === true);
      return { id, sinks: holding, reason: isHeld ? 'held' : 'settling' };
    });
}
