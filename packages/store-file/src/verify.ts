import { TextDecoder } from 'node:util';

import { EMPTY, follow, type LedgerRecord, parseRecord, type Revision } from '@keyturn/core/ledger';

import { recordAltered, recordsMissing } from './messages.ts';

// Made for the first record that is read: a first run has none.
let decoder: TextDecoder | undefined;

/** @throws {KeyturnError} `STATE_CORRUPT` */
export function parseLine(line: Uint8Array, where: string): LedgerRecord {
  let text = '';
  try {
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(line);
  } catch {
    // What is not UTF-8 is not a record either.
  }
  return parseRecord(text, where);
}

/** Parses what follows the last line feed: a complete record without its line feed, or a part left from a crash. */
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

/** Follows a chain of records, and compares it with the last revision that is known to be durable. */
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
      throw recordAltered(where, this.#headPath, record.seq);
  }

  /**
   * Checks that no durable record is missing at the end. One incomplete line is left from a crash.
   *
   * @throws {KeyturnError} `STATE_CORRUPT`
   */
  end(isTorn: boolean): void {
    const written = numberOf(this.#head ?? EMPTY);
    const last = numberOf(this.#revision);
    if (written <= last + (isTorn ? 1 : 0)) return;
    throw recordsMissing(this.#ledger, this.#headPath, { last, written });
  }
}

function numberOf(revision: Revision): number {
  return Number(revision.slice(0, revision.indexOf(':')));
}
