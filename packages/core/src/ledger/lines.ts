import { TextDecoder } from 'node:util';

import { recordAltered, recordsMissing } from '../messages.ts';
import {
  EMPTY,
  follow,
  type LedgerRecord,
  parseRecord,
  type Revision,
  revisionBefore,
  serialise,
  splitRevision,
} from './record.ts';

const LINE_FEED = 0x0a;

/** A file with a ledger: one record per line. Beside it, another file may have the head: the last revision that was certainly written. */
export interface LedgerFile {
  /** As messages name it. */
  readonly where: string;
  /** Undefined if it is missing or torn: then records that are missing at the end are not noticed. */
  readonly head: Revision | undefined;
  /** What to do if the ledger and its head contradict each other. */
  readonly hint: string;
}

/** The last chapter of a ledger, and the end of its file. */
export interface Chapter {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
  /** How many bytes contain records. Anything after them is left from a crash. */
  readonly end: number;
  /** The last record lacks its line feed. */
  readonly isOpen: boolean;
}

/** The revision in the file of a head; undefined if that is torn. */
export function parseHead(text: string): Revision | undefined {
  return /^(\d{1,16}:[0-9a-f]{64})\n$/.exec(text)?.[1];
}

/** The lines that are to be written after a chapter. */
export function formatLines(
  records: readonly LedgerRecord[],
  { isOpen }: Pick<Chapter, 'isOpen'>,
): string {
  const lines = records.map((record) => `${serialise(record)}\n`).join('');
  return isOpen ? `\n${lines}` : lines;
}

/**
 * Reads the last chapter from the end of a file: from the last `opened` record on.
 *
 * @param offset how many bytes of the file are before these
 * @returns undefined if it takes more bytes
 * @throws {KeyturnError} `STATE_CORRUPT`
 */
export function readChapter(file: LedgerFile, bytes: Buffer, offset = 0): Chapter | undefined {
  const from = offset === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  const { records, isWhole } = lastRecords(bytes, { from, end, where: file.where });
  if (!isWhole && offset > 0) return undefined;
  const [first] = isWhole ? records : [];
  const before = first === undefined ? EMPTY : revisionBefore(first);
  const verifier = new Verifier(file, before);
  for (const record of records) verifier.add(record, file.where);
  const rest = bytes.subarray(end);
  const last = verifier.parseRest(rest);
  if (last !== undefined) verifier.add(last, file.where);
  verifier.end(rest.length > 0 && last === undefined);
  const all = last === undefined ? records : [...records, last];
  const opened = all.findLastIndex(({ event }) => event.type === 'opened');
  return {
    records: all.slice(Math.max(0, opened)),
    revision: verifier.revision,
    end: offset + end + (last === undefined ? 0 : rest.length),
    isOpen: last !== undefined,
  };
}

/**
 * Parses complete lines backwards from the end, up to the one before the last `opened` record: `isWhole` if there is one, or the chapter
 * is the first.
 */
function lastRecords(
  bytes: Buffer,
  { from, end, where }: { from: number; end: number; where: string },
): { readonly records: readonly LedgerRecord[]; readonly isWhole: boolean } {
  const records: LedgerRecord[] = [];
  let isOpened = false;
  let isWhole = false;
  for (let next = end; next > from && !isWhole;) {
    const start = bytes.subarray(0, next - 1).lastIndexOf(LINE_FEED) + 1;
    const record = parseLine(bytes.subarray(start, next - 1), where);
    records.push(record);
    isWhole = isOpened;
    isOpened ||= record.event.type === 'opened';
    next = start;
  }
  return { records: records.toReversed(), isWhole };
}

/** Reads a ledger from its first line on, and verifies each record before it is returned. Errors name the number of the line. */
export class LineReader {
  readonly #where: string;
  readonly #verifier: Verifier;
  #number = 1;

  constructor(file: LedgerFile) {
    this.#where = file.where;
    this.#verifier = new Verifier(file);
  }

  /**
   * The record of the next line.
   *
   * @param line without its line feed
   * @throws {KeyturnError} `STATE_CORRUPT`
   */
  next(line: Uint8Array): LedgerRecord {
    const where = `${this.#where}:${this.#number++}`;
    return this.#verifier.add(parseLine(line, where), where);
  }

  /**
   * What follows the last line feed: a record, or nothing. Then checks that no record is missing.
   *
   * @throws {KeyturnError} `STATE_CORRUPT`
   */
  *rest(bytes: Uint8Array): Generator<LedgerRecord, void, undefined> {
    const last = this.#verifier.parseRest(bytes);
    if (last !== undefined) yield this.#verifier.add(last, `${this.#where}:${this.#number}`);
    this.#verifier.end(bytes.length > 0 && last === undefined);
  }
}

/** Follows a chain of records, and compares it with the head. */
class Verifier {
  readonly #file: LedgerFile;
  revision: Revision;

  constructor(file: LedgerFile, start: Revision = EMPTY) {
    this.#file = file;
    this.revision = start;
  }

  add(record: LedgerRecord, where: string): LedgerRecord {
    this.revision = follow(this.revision, record, where);
    const { head, hint } = this.#file;
    if (head !== undefined && head !== this.revision && splitRevision(head).seq === record.seq)
      throw recordAltered(where, record.seq, hint);
    return record;
  }

  /** A complete record without its line feed; undefined for a part left from a crash. */
  parseRest(bytes: Uint8Array): LedgerRecord | undefined {
    if (bytes.length === 0) return undefined;
    try {
      const record = parseLine(bytes, '');
      follow(this.revision, record, '');
      return record;
    } catch {
      return undefined;
    }
  }

  /** @param isTorn one incomplete line is left from a crash */
  end(isTorn: boolean): void {
    const { where, head = EMPTY, hint } = this.#file;
    const { seq: written } = splitRevision(head);
    const { seq: last } = splitRevision(this.revision);
    if (written > last + (isTorn ? 1 : 0)) throw recordsMissing(where, { last, written }, hint);
  }
}

// Made for the first record that is read: a first run has none.
let decoder: TextDecoder | undefined;

function parseLine(line: Uint8Array, where: string): LedgerRecord {
  let text = '';
  try {
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(line);
  } catch {
    // What is not UTF-8 is not a record either.
  }
  return parseRecord(text, where);
}
