import type { Budget } from '../options.ts';

/** The last part of a quota is spread over the time that is left. */
const RESERVE = 0.1;
/** Milliseconds. Nobody waits longer than this for one request while there is something left. */
const WIDEST_GAP = 5000;
/** Milliseconds by which the end of one window seems to move: servers round it to seconds. */
const SAME_WINDOW = 2000;

/** What a server's answers say of how much it still allows. */
export interface Quota {
  readonly limit: number | undefined;
  /** The least that an answer said. Requests without an answer are not taken off. */
  readonly remaining: number;
  readonly resetAt: number;
  /** When the last request was sent. */
  readonly sentAt: number;
}

/** Takes in an answer. They come in any order: within a window the least is true, and a window that is over tells nothing. */
export function told(quota: Quota | undefined, budget: Budget, now: number): Quota | undefined {
  const { limit, remaining, resetAt } = budget;
  if (remaining === undefined || resetAt === undefined || resetAt <= now) return quota;
  const sentAt = quota?.sentAt ?? now;
  if (quota === undefined || resetAt > quota.resetAt + SAME_WINDOW)
    return { limit, remaining, resetAt, sentAt };
  if (resetAt < quota.resetAt - SAME_WINDOW) return quota;
  return { ...quota, remaining: Math.min(quota.remaining, remaining) };
}

/** Milliseconds until a request may be sent beside those in flight; undefined if that depends on their answers. */
export function waitForQuota(
  { limit, remaining, resetAt, sentAt }: Quota,
  inFlight: number,
  now: number,
): number | undefined {
  const left = resetAt - now;
  // The next window is whole, as far as is known.
  if (left <= 0) return 0;
  const available = remaining - inFlight;
  if (available < 1) return inFlight > 0 ? undefined : left;
  if (limit === undefined || available > limit * RESERVE) return 0;
  const gap = Math.min(left / available, WIDEST_GAP);
  return Math.max(0, sentAt + gap - now);
}
