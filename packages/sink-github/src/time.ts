/** The milliseconds since the epoch that GitHub's text stands for; NaN for anything else, of which `Date.parse` would make up a time. */
export function timeOf(value: unknown): number {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
    ? Date.parse(value)
    : Number.NaN;
}
