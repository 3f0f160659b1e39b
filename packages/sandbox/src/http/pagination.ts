import type { Call } from './call.ts';

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly number: number;
  readonly size: number;
  /** How many items and pages there are in all. */
  readonly count: number;
  readonly pages: number;
}

/** Cuts the page out of a list that `page` and `per_page` ask for; sizes above the maximum are lowered to it. */
export function pageOf<Item>(
  call: Call,
  items: readonly Item[],
  sizes: { readonly default: number; readonly maximum: number },
): Page<Item> {
  const size = Math.min(positive(call.query.get('per_page')) ?? sizes.default, sizes.maximum);
  const number = positive(call.query.get('page')) ?? 1;
  return {
    items: items.slice((number - 1) * size, number * size),
    number,
    size,
    count: items.length,
    pages: Math.max(1, Math.ceil(items.length / size)),
  };
}

/** The address of another page of the same list. */
export function pageUrl(call: Call, number: number, size: number): string {
  const query = new URLSearchParams(call.query);
  query.set('page', String(number));
  query.set('per_page', String(size));
  return `${call.origin}${call.path}?${query.toString()}`;
}

function positive(given: string | null): number | undefined {
  return given !== null && /^[1-9]\d{0,8}$/.test(given) ? Number(given) : undefined;
}
