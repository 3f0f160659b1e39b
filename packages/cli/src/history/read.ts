import { KeyturnError } from '@keyturn/core';
import { EMPTY, follow, type StateStore } from '@keyturn/core/ledger';

import type { Story } from './story.ts';
import { Teller } from './tell.ts';

/** A whole ledger. */
export interface History {
  readonly name: string;
  /** How many records form an intact chain, each with the hash of the one before. */
  readonly records: number;
  /** Oldest first, up to where the chain breaks. */
  readonly stories: readonly Story[];
  /** How many older ones are left out. */
  readonly omitted: number;
  /** How many rotations delivered a new token to every sink. */
  readonly rotated: number;
  readonly lastRotatedAt: string | null;
  /** Why the rest cannot be read. */
  readonly error: KeyturnError | undefined;
}

/** Reads a ledger and checks every link of its chain, whatever the store checks. */
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
