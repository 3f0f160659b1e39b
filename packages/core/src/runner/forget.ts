import { parseDuration, type Duration } from '../define/duration.ts';
import { sinkUnknown, writeMightLand } from '../messages.ts';
import { Ledger } from '../ledger/ledger.ts';
import { holders, holdersByToken, type SinkRecord } from '../ledger/state.ts';
import type { RotationRuntime } from './run/request.ts';

export interface Forgotten {
  /** What the sink may have held, by the ledger. */
  readonly tokens: readonly string[];
  /** Those of them that no sink may hold any more: a later run revokes them. */
  readonly released: readonly string[];
}

/**
 * Takes the user's word that a sink holds no token of this rotation any more, so that it keeps none alive. `settle` is how long a
 * lost write of this rotation may still land.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for what is not a duration, `USAGE_INVALID` for a sink that the ledger does not know, `TOKEN_IN_USE` where a lost write may still
 * land, and what the store throws
 */
export async function forget(
  rotation: string,
  sink: string,
  settle: Duration,
  { store, owner, clock, observe }: Pick<RotationRuntime, 'store' | 'owner' | 'clock' | 'observe'>,
): Promise<Forgotten> {
  const lasting = parseDuration(settle);
  const ledger = await Ledger.open(store, rotation, owner, clock, (event) =>
    observe?.({ type: 'event', rotation, event }),
  );
  try {
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
  } finally {
    await ledger.release();
  }
}

/** What is there now is the user's word; what may still arrive, nobody can vouch for. */
function refuseLate({ id, unanswered }: SinkRecord, settle: number, now: number): void {
  const until = Math.max(0, ...unanswered.map(({ at }) => Date.parse(at))) + settle;
  if (now >= until) return;
  throw writeMightLand(id, new Date(until).toISOString());
}
