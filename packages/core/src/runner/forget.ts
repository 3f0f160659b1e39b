import { parseDuration, type Duration } from '../define/duration.ts';
import { sinkUnknown, writeMightLand } from '../messages.ts';
import { withLedger } from '../ledger/ledger.ts';
import { holders, holdersByToken, type SinkRecord } from '../ledger/state.ts';
import { observed } from './observed.ts';
import type { RotationRuntime } from './run/request.ts';

export interface Forgotten {
  /** The tokens that the sink might have held, according to the ledger. */
  readonly tokens: readonly string[];
  /** Those that no sink can hold anymore: a later run revokes them. */
  readonly released: readonly string[];
}

/**
 * Records that a sink no longer holds any token of this rotation, according to the user.
 *
 * @param settle how long an unanswered write might still take effect
 * @throws {KeyturnError} `CONFIG_INVALID` for an invalid duration, `USAGE_INVALID` for an unknown sink, `TOKEN_IN_USE` if an
 * unanswered write might still take effect, and the errors of the store
 */
export async function forget(
  rotation: string,
  sink: string,
  settle: Duration,
  { store, owner, clock, observe }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe'>,
): Promise<Forgotten> {
  const lasting = parseDuration(settle);
  const opening = { owner, clock, observe: observed(rotation, observe) };
  return withLedger(store, rotation, opening, async (ledger) => {
    const record = ledger.state.sinks.get(sink);
    if (record === undefined) throw sinkUnknown(rotation, sink, [...ledger.state.sinks.keys()]);
    refuseLate(record, lasting, ledger.clock.now());
    const tokens = [...holders(record)];
    await ledger.append({ type: 'forgotten', sink });
    const held = holdersByToken(ledger.state);
    const released = tokens.filter(
      (id) => !held.has(id) && ledger.state.tokens.get(id)?.retired === true,
    );
    return { tokens, released };
  });
}

/** What is there now is the user's word; what may still arrive, nobody can vouch for. */
function refuseLate({ id, unanswered }: SinkRecord, settle: number, now: number): void {
  const until = Math.max(0, ...unanswered.map(({ at }) => Date.parse(at))) + settle;
  if (now >= until) return;
  throw writeMightLand(id, new Date(until).toISOString());
}
