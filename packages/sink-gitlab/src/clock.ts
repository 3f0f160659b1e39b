/** What GitLab's clock showed when it answered, in milliseconds, in whole seconds; undefined if it does not say. */
export function dateOf(headers: Headers): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}

/** The first of several readings, ISO 8601. */
export function earliest(dates: readonly (number | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : new Date(Math.min(...known)).toISOString();
}

/** The last of several readings, ISO 8601. */
export function latest(dates: readonly (number | undefined)[]): string | undefined {
  const known = dates.filter((date) => date !== undefined);
  return known.length === 0 ? undefined : new Date(Math.max(...known)).toISOString();
}
