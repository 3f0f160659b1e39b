import type { RateLimit } from '@keyturn/core';

/** A window is counted in this many slices: a slice leaves the count as a whole, a little late. */
const SLICES = 60;
/** The part of a limit that may be spent at once. The rest is spread, so that a limit is not used up for most of its window. */
const BURST = 0.5;

/**
 * What was spent of a limit. A request counts from when it is sent until a whole window after it was answered, because the server may have
 * counted it at any moment in between: so no window of the server has more than the limit, wherever its windows begin.
 */
export interface Spent {
  /** Of requests without an answer yet. */
  readonly inFlight: number;
  /** Of answered requests, by the number of the slice, the oldest first. */
  readonly slices: readonly (readonly [slice: number, points: number])[];
  /** When all that was spent would be there again if it came back evenly, in milliseconds since the epoch. */
  readonly backAt: number;
}

export const nothingSpent: Spent = { inFlight: 0, slices: [], backAt: 0 };

/** The points that a request costs. */
export function costOf({ costs, points }: RateLimit, method: string): number {
  const cost = costs === undefined ? 1 : (costs[method] ?? 0);
  // Otherwise it could never be sent.
  return Math.min(cost, points);
}

/** Milliseconds until so many points may be spent; undefined if that depends on answers that have not come. */
export function waitToSpend(
  spent: Spent,
  limit: RateLimit,
  cost: number,
  now: number,
): number | undefined {
  const { points, windowMs } = limit;
  if (cost === 0) return 0;
  const counted = spent.slices.filter(([slice]) => leavesAt(slice, windowMs) > now);
  let over = counted.reduce((sum, [, some]) => sum + some, spent.inFlight + cost - points);
  let at = Math.max(now, spent.backAt - windowMs * BURST);
  for (const [slice, some] of counted) {
    if (over <= 0) break;
    over -= some;
    at = Math.max(at, leavesAt(slice, windowMs));
  }
  return over > 0 ? undefined : at - now;
}

export function sent(spent: Spent, limit: RateLimit, cost: number, now: number): Spent {
  if (cost === 0) return spent;
  const { points, windowMs } = limit;
  const backAt = Math.max(spent.backAt, now) + (cost / points) * windowMs;
  return { ...spent, inFlight: spent.inFlight + cost, backAt };
}

export function answered(spent: Spent, { windowMs }: RateLimit, cost: number, now: number): Spent {
  if (cost === 0) return spent;
  const slice = Math.floor((now * SLICES) / windowMs);
  const slices = spent.slices.filter(([old]) => leavesAt(old, windowMs) > now);
  const last = slices.at(-1);
  if (last?.[0] === slice) slices[slices.length - 1] = [slice, last[1] + cost];
  else slices.push([slice, cost]);
  return { ...spent, inFlight: spent.inFlight - cost, slices };
}

/** The request was not sent after all: the server has not counted it. */
export function unsent(spent: Spent, cost: number): Spent {
  return { ...spent, inFlight: spent.inFlight - cost };
}

function leavesAt(slice: number, windowMs: number): number {
  return ((slice + 1) * windowMs) / SLICES + windowMs;
}
