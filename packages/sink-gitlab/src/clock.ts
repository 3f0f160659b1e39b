/** The earliest of several times, ISO 8601. */
export function earliest(dates: readonly (number | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known)).toISOString();
}

/** The latest of several times, ISO 8601. */
export function latest(dates: readonly (number | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString();
}
