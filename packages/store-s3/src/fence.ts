import { lockContended, lockTaken } from '@keyturn/core/ledger';

import type { Call } from './client.ts';
import { formatEntry, parseEntry } from './entry.ts';
import type { Means } from './means.ts';
import { objectMissing } from './messages.ts';
import { type Tail, tailOf } from './reader.ts';

const MOST_TRIES = 100;

/** Who writes a fence. */
export interface Fencer {
  readonly rotation: string;
  readonly term: number;
  readonly writer: string;
  /** The number of an object that is there for certain. */
  readonly last: number;
}

/**
 * Takes the next number of a ledger with an object without records.
 *
 * Whoever held the lock before knows an older end of the ledger, so that what it creates next would have that number, or a lower one: it
 * fails, finds a fence of a higher term, and gives up for good. What it created before is part of the ledger, and is read after
 * this. Nobody writes after an object of a higher term, so a new holder that fell asleep before it wrote its fence cannot write it, or
 * anything else, after the fence of the next one.
 *
 * @throws {KeyturnError} `STATE_LOST` if somebody has taken over meanwhile
 */
export async function writeFence(means: Means, fencer: Fencer, call: Call): Promise<Tail> {
  const { reader, objects, keys } = means;
  const { rotation, term, writer, last } = fencer;
  let tail = tailOf(await reader.newest(rotation, call));
  if (tail.number < last) throw objectMissing(reader.where(rotation, last));
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    if (isOutranked(tail, fencer)) throw lockTaken(reader.where(rotation, tail.number));
    const number = tail.number + 1;
    const { chapter, end } = tail;
    const head = { rotation, number, term, writer, chapter, before: end, end };
    const result = await objects.create(keys.entry(rotation, number), formatEntry(head, []), call);
    if (result.written) return { number, term, writer, chapter, end };
    // The former holder was faster. What it wrote counts, and the fence comes after it.
    const { found } = result;
    if (found === undefined) continue;
    tail = tailOf(parseEntry(found.text, reader.where(rotation, number), { rotation, number }));
  }
  throw lockContended(rotation);
}

/** Whether the end of a ledger shows that another lock came after this one. */
export function isOutranked(
  tail: Tail,
  { term, writer }: Pick<Fencer, 'term' | 'writer'>,
): boolean {
  return tail.term > term || (tail.term === term && tail.writer !== writer);
}
