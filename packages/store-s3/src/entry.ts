import {
  follow,
  type LedgerRecord,
  parseRecord,
  type Revision,
  serialise,
} from '@keyturn/core/ledger';

import { endMismatch, headInvalid, ledgerForeign, versionUnknown } from './messages.ts';

const VERSION = 1;
const REVISION = /^(?:0:|[1-9]\d{0,15}:[0-9a-f]{64})$/;

/**
 * The first line of a ledger's object. Objects are numbered without gaps, and each is created only if its number is free: that alone
 * decides who comes next. An object without records is a fence.
 */
export interface Head {
  readonly rotation: string;
  readonly number: number;
  /** The term of the lock in which it was written. Terms never get smaller from one object to the next. */
  readonly term: number;
  /** The lock in which it was written. */
  readonly writer: string;
  /** The number of the object with the last `opened` record so far, where reading begins. */
  readonly chapter: number;
  /** Where the ledger ended before. */
  readonly before: Revision;
  /** Where it ends with this. */
  readonly end: Revision;
}

/** One of a ledger's objects. */
export interface Entry extends Head {
  /** One line of JSON for each record, not checked yet. */
  readonly lines: readonly string[];
}

export function formatEntry(head: Head, records: readonly LedgerRecord[]): string {
  const { rotation, number, term, writer, chapter, before, end } = head;
  const first = { keyturn: VERSION, rotation, number, term, writer, chapter, before, end };
  return [JSON.stringify(first), ...records.map(serialise), ''].join('\n');
}

/**
 * Reads an object, without its records.
 *
 * @param where as messages name it
 * @throws {KeyturnError} `STATE_CORRUPT`
 */
export function parseEntry(
  text: string,
  where: string,
  expected: { readonly rotation?: string; readonly number: number },
): Entry {
  const [first = '', ...lines] = text.split('\n');
  // A cut object has no last line feed.
  if (lines.pop() !== '') throw endMismatch(where);
  const head = parseHead(first, where);
  const { rotation = head.rotation, number } = expected;
  if (head.rotation !== rotation || head.number !== number) throw ledgerForeign(where);
  return { ...head, lines };
}

/**
 * Reads the records of an object, and checks that they lead from where the ledger ended to where it says that it ends then.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`
 */
export function recordsOf(
  { before, end, lines }: Entry,
  previous: Revision,
  where: string,
): LedgerRecord[] {
  if (before !== previous) throw endMismatch(where);
  let revision = before;
  const records = lines.map((line, index) => {
    const at = `${where}:${index + 2}`;
    const record = parseRecord(line, at);
    revision = follow(revision, record, at);
    return record;
  });
  if (revision !== end) throw endMismatch(where);
  return records;
}

function parseHead(line: string, where: string): Head {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw headInvalid(where);
  }
  if (typeof value !== 'object' || value === null) throw headInvalid(where);
  const { keyturn, rotation, number, term, writer, chapter, before, end } = value as Partial<
    Record<keyof Head | 'keyturn', unknown>
  >;
  if (Number.isSafeInteger(keyturn) && Number(keyturn) > VERSION) throw versionUnknown(where);
  const numbers = [keyturn, number, term, chapter];
  const texts = [rotation, writer, before, end];
  if (!numbers.every((one) => Number.isSafeInteger(one) && Number(one) > 0))
    throw headInvalid(where);
  if (!texts.every((one) => typeof one === 'string')) throw headInvalid(where);
  if (![before, end].every((one) => REVISION.test(String(one)))) throw headInvalid(where);
  if (Number(chapter) > Number(number)) throw headInvalid(where);
  return { rotation, number, term, writer, chapter, before, end } as Head;
}
