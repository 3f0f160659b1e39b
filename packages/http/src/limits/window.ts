import type { RateLimit } from '@keyturn/core';

/** A window is counted in this many slices: a slice leaves the count as a whole, a little late. */
const SLICES = 60;
/** The part of a window after which nobody is thought to want more than there is. */
const IDLE = 0.25;

/**
 * What was spent of a limit. A request counts from when it is sent until a whole window after it was answered, because the server may have
 * counted it at any moment in between: so no window of the server has more than the limit, wherever its windows begin.
 *
 * Up to the limit, nothing waits. Once a window's whole limit is spent, the next points are spent evenly, as long as somebody wants them.
 */
export interface Spent {
  /** Of requests without an answer yet. */
  readonly inFlight: number;
  /** Of answered requests, by the number of the slice, the oldest first. */
  readonly slices: readonly (readonly [slice: number, points: number])[];
  /** When the next request may be sent while points are spent evenly, in milliseconds since the epoch. */
  readonly nextAt: number;
}

export const nothingSpent: Spent = { inFlight: 0, slices: [], nextAt: -Infinity };

/** The points that a request costs. */
export function costOf(
  { costs, points, path }: RateLimit,
  request: { readonly method: string; readonly path: string },
): number {
  if (path?.test(request.path) === false) return 0;
  const { method } = request;
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
  if (cost === 0) return 0;
  const counted = countedIn(spent, limit, now);
  let over = totalOf(spent, counted) + cost - limit.points;
  let at = Math.max(now, spent.nextAt);
  for (const [slice, points] of counted) {
    if (over <= 0) break;
    over -= points;
    at = Math.max(at, leavesAt(slice, limit));
  }
  return over > 0 ? undefined : at - now;
}

export function sent(spent: Spent, limit: RateLimit, cost: number, now: number): Spent {
  if (cost === 0) return spent;
  const { windowMs, points } = limit;
  const inFlight = spent.inFlight + cost;
  const gap = (cost / points) * windowMs;
  // Who wakes up a little late makes up for it.
  if (now - spent.nextAt < windowMs * IDLE)
    return { ...spent, inFlight, nextAt: Math.max(spent.nextAt, now - windowMs / SLICES) + gap };
  const counted = countedIn(spent, limit, now);
  if (totalOf(spent, counted) + 2 * cost <= points) return { ...spent, inFlight };
  const [oldest] = counted;
  const freeAt = oldest === undefined ? now + windowMs : leavesAt(oldest[0], limit);
  return { ...spent, inFlight, nextAt: freeAt };
}

export function answered(spent: Spent, limit: RateLimit, cost: number, now: number): Spent {
  if (cost === 0) return spent;
  const slice = Math.floor((now * SLICES) / limit.windowMs);
  const slices = [...countedIn(spent, limit, now)];
  const last = slices.at(-1);
  if (last?.[0] === slice) slices[slices.length - 1] = [slice, last[1] + cost];
  else slices.push([slice, cost]);
  return { ...spent, inFlight: spent.inFlight - cost, slices };
}

/** The request was not sent after all: the server has not counted it. */
export function unsent(spent: Spent, cost: number): Spent {
  return { ...spent, inFlight: spent.inFlight - cost };
}

function countedIn({ slices }: Spent, limit: RateLimit, now: number): Spent['slices'] {
  return slices.filter(([slice]) => leavesAt(slice, limit) > now);
}

function totalOf({ inFlight }: Spent, counted: Spent['slices']): number {
  return counted.reduce((sum, [, points]) => sum + points, inFlight);
}

function leavesAt(slice: number, { windowMs }: RateLimit): number {
  return ((slice + 1) * windowMs) / SLICES + windowMs;
}
