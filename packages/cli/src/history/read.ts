import { KeyturnError } from '@keyturn/core';
import { EMPTY, follow, type StateStore } from '@keyturn/core/ledger';

import type { Story } from './story.ts';
import { Teller } from './tell.ts';

/** A ledger from its first record on. */
export interface History {
  readonly name: string;
  /** How many records follow one on the other, each with the hash of the one before. */
  readonly records: number;
  /** Oldest first, up to where the chain breaks. */
  readonly stories: readonly Story[];
  /** How many older ones are not among them. */
  readonly omitted: number;
  /** How many rotations brought a new token into every sink. */
  readonly rotated: number;
  readonly lastRotatedAt: string | null;
  /** Why the rest cannot be told. */
  readonly error: KeyturnError | undefined;
}

/** Reads a ledger and checks every link of its chain, whatever the store has checked. */
export async function readHistory(
  store: StateStore,
  name: string,
  limit?: number,
): Promise<History> {
  const teller = new Teller(limit);
  let revision = EMPTY;
  let records = 0;
  let error: KeyturnError | undefined;
  try {
    for await (const record of store.history(name)) {
      revision = follow(revision, record, `the ledger of ${name}`);
      records++;
      teller.add(record);
    }
  } catch (thrown) {
    if (!KeyturnError.is(thrown)) throw thrown;
    error = thrown;
  }
  const { stories, omitted, rotated, lastRotatedAt } = teller;
  return { name, records, stories, omitted, rotated, lastRotatedAt, error };
}
