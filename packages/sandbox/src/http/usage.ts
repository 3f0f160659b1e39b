/** How often somebody has asked in the running window of time. */
export interface Usage {
  used: number;
  /** When the window ends, in milliseconds since the epoch. */
  readonly resetAt: number;
}

/** Counts in windows of a fixed length: one for each key, which begins with its first request. */
export function createUsages(clock: () => number, windowMs: number): (key: string) => Usage {
  const usages = new Map<string, Usage>();
  return (key) => {
    const known = usages.get(key);
    if (known !== undefined && clock() < known.resetAt) return known;
    const fresh = { used: 0, resetAt: clock() + windowMs };
    usages.set(key, fresh);
    return fresh;
  };
}
