import type { RotationReport } from '@keyturn/core';

import type { Trip } from '../session/connections.ts';
import type { Estimate } from './report.ts';

/** What the whole run takes, from the requests of its checks, which a plan has made, and the cost of what follows. */
export function estimateOf(
  trips: readonly Trip[],
  ahead: NonNullable<RotationReport['ahead']>,
): Estimate {
  const { from: checkedAt = Infinity } = ahead;
  // What a plan reads after its checks, a run reads beside its next steps.
  const checks = trips.filter(({ to }) => to <= checkedAt);
  const requestsInRow = longestChain(checks) + ahead.inRow;
  const lengths = trips.map(({ from, to }) => to - from).toSorted((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return {
    requestsInRow,
    requests: trips.length + ahead.inAll,
    milliseconds: Math.round(requestsInRow * usual) + (ahead.waitMs ?? 0),
  };
}

/** The most of them of which each began after the one before had ended. */
function longestChain(trips: readonly Trip[]): number {
  let length = 0;
  let free = -Infinity;
  for (const { from, to } of trips.toSorted((a, b) => a.to - b.to)) {
    if (from < free) continue;
    length++;
    free = to;
  }
  return length;
}
