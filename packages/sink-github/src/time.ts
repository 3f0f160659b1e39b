const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A time as GitHub writes it, unchanged; undefined for anything else. */
export function momentIn(value: unknown): string | undefined {
  return typeof value === 'string' && MOMENT.test(value) ? value : undefined;
}
