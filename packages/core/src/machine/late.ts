import type { RotationState, SinkRecord } from '../ledger/state.ts';
import type { Step } from './step.ts';
import type { Intent, Memory } from './intent.ts';

/** Late writes are settled by looking again, once none of a sink's unanswered deliveries can land any more. */
export function settleSinks(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Step | undefined {
  const ripe = unsettledSinks(state, intent, memory).filter(
    (sink) => settledAt(sink, intent) <= now,
  );
  return ripe.length === 0 ? undefined : { type: 'settle', sinks: ripe.map(({ id }) => id) };
}

/** Only selected sinks can be asked; one that left the configuration keeps what it may hold. */
export function unsettledSinks(state: RotationState, intent: Intent, memory: Memory): SinkRecord[] {
  return intent.selected
    .map((id) => state.sinks.get(id))
    .filter((sink) => sink !== undefined)
    .filter(
      (sink) =>
        mayChangeLate(sink) &&
        !memory.failedSinks.has(sink.id) &&
        !memory.unreadableSinks.has(sink.id),
    );
}

/** A late write of the very token that the sink has changes nothing. */
function mayChangeLate({ base, unanswered }: SinkRecord): boolean {
  return unanswered.some(({ token }) => base.length !== 1 || base[0] !== token);
}

export function settledAt(sink: SinkRecord, intent: Intent): number {
  return Math.max(...sink.unanswered.map(({ at }) => Date.parse(at))) + intent.policy.settle;
}
