import type { Answer } from './client.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A time as GitHub writes it, unchanged; undefined for anything else. */
export function momentIn(value: unknown): string | undefined {
  return typeof value === 'string' && MOMENT.test(value) ? value : undefined;
}

/** The time of a response by GitHub's clock, in milliseconds since the epoch; undefined if the response has none. */
export function dateOf({ headers }: Pick<Answer, 'headers'>): number | undefined {
  const date = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : date;
}
