import { createHash } from 'node:crypto';

import type { Attempt, RotationState, Unanswered } from './state.ts';

/** How far the clocks of two machines may be apart. */
const APART = 600_000;

/** A short name for the clock of the machine that an owner, `ci@runner-7`, runs on. */
export function clockOf(owner: string): string {
  const machine = owner.slice(owner.lastIndexOf('@') + 1);
  return createHash('sha256').update(machine).digest('hex').slice(0, 8);
}

/** The clock of a store: the same for every machine. */
export const clockOfStore = 'store';

/**
 * The state for a run by this clock: what another machine's clock dated may have been sent later than that, by as much as the two
 * clocks are apart, so that it is given that much longer to land. Pure.
 */
export function byClock(state: RotationState, clock: string): RotationState {
  const sinks = [...state.sinks].map(
    ([id, sink]) =>
      [id, { ...sink, unanswered: sink.unanswered.map((one) => later(one, clock)) }] as const,
  );
  const attempts = state.attempts.map((one) => later(one, clock));
  return { ...state, sinks: new Map(sinks), attempts };
}

function later<Dated extends Unanswered | Attempt>(one: Dated, clock: string): Dated {
  if (one.by === undefined || one.by === clock) return one;
  return { ...one, at: new Date(Date.parse(one.at) + APART).toISOString(), by: clock };
}
