/** How many requests a host takes at the same time, as far as it has shown. */
export interface Concurrency {
  readonly most: number;
  /** How many may be in flight now. */
  readonly limit: number;
  /** Below this, each answer allows one more; above it, each round of answers. */
  readonly threshold: number;
  /** Answers since the limit grew last. */
  readonly answers: number;
  /** When it was lowered last. What was sent before is no news. */
  readonly loweredAt: number;
}

export function concurrencyOf(most: number): Concurrency {
  return { most, limit: most, threshold: most, answers: 0, loweredAt: -Infinity };
}

export function accepted(one: Concurrency, sentAt: number): Concurrency {
  if (one.limit >= one.most || sentAt <= one.loweredAt) return one;
  if (one.limit < one.threshold) return { ...one, limit: one.limit + 1 };
  const answers = one.answers + 1;
  return answers < one.limit ? { ...one, answers } : { ...one, limit: one.limit + 1, answers: 0 };
}

/**
 * The host refused a request because there are too many: half as many may be in flight.
 *
 * @param isClosed it takes nothing for a while; then one request goes first, and the others follow its answer
 */
export function refused(
  one: Concurrency,
  {
    inFlight,
    sentAt,
    now,
    isClosed,
  }: {
    readonly inFlight: number;
    readonly sentAt: number;
    readonly now: number;
    readonly isClosed: boolean;
  },
): Concurrency {
  if (sentAt <= one.loweredAt) return isClosed ? { ...one, limit: 1, answers: 0 } : one;
  const threshold = Math.max(1, Math.floor(Math.min(one.limit, inFlight) / 2));
  return { ...one, threshold, limit: isClosed ? 1 : threshold, answers: 0, loweredAt: now };
}
