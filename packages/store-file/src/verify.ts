import { TextDecoder } from 'node:util';

import {
  EMPTY,
  follow,
  KeyturnError,
  type LedgerRecord,
  parseRecord,
  type Revision,
} from '@keyturn/core';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {KeyturnError} `STATE_CORRUPT` */
export function parseLine(line: Uint8Array, where: string): LedgerRecord {
  let text = '';
  try {
    text = decoder.decode(line);
  } catch {
    // What is not UTF-8 is not a record either.
  }
  return parseRecord(text, where);
}

/** What follows the last line feed: a record that lacks nothing but its line feed, or what a crash left of one. */
export function parseRest(rest: Uint8Array, revision: Revision): LedgerRecord | undefined {
  if (rest.length === 0) return undefined;
  try {
    const record = parseLine(rest, '');
    follow(revision, record, '');
    return record;
  } catch {
    return undefined;
  }
}

/** Follows a chain of records, and holds it against the revision that was last known to be durable. */
export class Verifier {
  readonly #ledger: string;
  readonly #headPath: string;
  readonly #head: Revision | undefined;
  #revision: Revision;

  constructor(
    ledger: string,
    headPath: string,
    head: Revision | undefined,
    start: Revision = EMPTY,
  ) {
    this.#ledger = ledger;
    this.#headPath = headPath;
    this.#head = head;
    this.#revision = start;
  }

  get revision(): Revision {
    return this.#revision;
  }

  /** @throws {KeyturnError} `STATE_CORRUPT` */
  add(record: LedgerRecord, where: string): void {
    this.#revision = follow(this.#revision, record, where);
    const head = this.#head;
    if (head !== undefined && head !== this.#revision && numberOf(head) === record.seq)
      throw this.#altered(where, `record ${record.seq} is not the one that was written`);
  }

  /**
   * Nothing that was durable may be missing at the end. One line that is there in part is what a crash leaves.
   *
   * @throws {KeyturnError} `STATE_CORRUPT`
   */
  end(isTorn: boolean): void {
    const written = numberOf(this.#head ?? EMPTY);
    const last = numberOf(this.#revision);
    if (written <= last + (isTorn ? 1 : 0)) return;
    throw this.#altered(
      this.#ledger,
      `it ends after record ${last}, and ${written} records were written`,
    );
  }

  #altered(where: string, what: string): KeyturnError {
    return new KeyturnError('STATE_CORRUPT', `${where}: ${what}`, {
      hint: `Restore the ledger from its last good copy; where this is the one to go on from, remove ${this.#headPath}.`,
      effect: 'none',
    });
  }
}

function numberOf(revision: Revision): number {
  return Number(revision.slice(0, revision.indexOf(':')));
}
