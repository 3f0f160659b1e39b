import { type Holder, parseHolder } from '@keyturn/core/ledger';

import type { Found } from './objects.ts';

/**
 * What the object of a lock says. Its replacement under the condition of its ETag decides who has the lock; the term decides who may
 * write: each lock has a higher one than all before.
 */
export interface Lease {
  readonly term: number;
  /** Unlike that of any other lock. */
  readonly writer: string;
  /** Makes every renewal another text, with another ETag. */
  readonly beat: number;
  /** How long it lasts after its last renewal, in milliseconds. */
  readonly lasts: number;
  readonly holder: Holder;
  /** The number of the ledger's newest object as far as the holder knew: it shows that the end of a ledger is missing. */
  readonly last: number;
  /**
   * `released`: nothing of this lock can be written anymore. `unsettled`: released, but a write might still be on its way: the next
   * holder writes a fence first.
   */
  readonly state: 'held' | 'released' | 'unsettled';
}

/** The longest lease that is believed, in milliseconds. */
const LONGEST = 3_600_000;
/** Last-Modified shows whole seconds: two of them can be compared beyond twice that. */
const RESOLUTION = 2 * 1000;
/** For clocks that do not run at the same speed. */
const MARGIN = 3 * 1000;
/** Added to a lease by everybody but its holder. */
export const ALLOWANCE = RESOLUTION + MARGIN;

export function formatLease(lease: Lease): string {
  const { state, term, writer, beat, lasts, last, holder } = lease;
  return `${JSON.stringify({ keyturn: 1, state, term, writer, beat, lasts, last, holder })}\n`;
}

/** A text that is not a lease is one of an unknown holder, which only its age can end. */
export function parseLease({ text }: Pick<Found, 'text'>): Lease {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { state, term, writer, beat, lasts, last, holder } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<Record<keyof Lease, unknown>>;
  return {
    state: state === 'released' || state === 'unsettled' ? state : 'held',
    term: whole(term, Number.MAX_SAFE_INTEGER - 1_000_000),
    writer: typeof writer === 'string' ? writer : '',
    beat: whole(beat, Number.MAX_SAFE_INTEGER),
    lasts: whole(lasts, LONGEST),
    last: whole(last, 10 ** 10),
    holder: parseHolder(JSON.stringify(holder ?? null)),
  };
}

function whole(value: unknown, most: number): number {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Math.min(Number(value), most) : 0;
}
