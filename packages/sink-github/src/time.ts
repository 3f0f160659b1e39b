import type { Answer } from './client.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** GitHub's text for a moment, as it is; undefined for anything else. */
export function momentIn(value: unknown): string | undefined {
  return typeof value === 'string' && MOMENT.test(value) ? value : undefined;
}

/** What GitHub's clock showed when it answered, in milliseconds since the epoch; undefined if it did not say. */
export function dateOf({ headers }: Pick<Answer, 'headers'>): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}
