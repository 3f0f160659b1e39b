import { EMPTY, type LedgerRecord, type Revision, serialise } from '@keyturn/core/ledger';

import { parseLine, parseRest, Verifier } from './verify.ts';

const LINE_FEED = 0x0a;

/** The files of a ledger on the branch; both are written by one commit. */
export interface LedgerFile {
  /** One record per line; undefined if there is no ledger. */
  readonly content: Buffer | undefined;
  /** The last revision that was written. */
  readonly head: Buffer | undefined;
  /** For errors: `git:origin#keyturn-ledger: ci.jsonl`. */
  readonly where: string;
  readonly whereHead: string;
}

/** The last chapter of a ledger. */
export interface Chapter {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
  /** How many bytes contain records. Anything after them is left from a crash of a run that kept the ledger in files. */
  readonly end: number;
  /** The last record lacks its line feed. */
  readonly isOpen: boolean;
}

const nothing: Chapter = { records: [], revision: EMPTY, end: 0, isOpen: false };

/** Reads a ledger from its last `opened` record on. */
export function readChapter(file: LedgerFile): Chapter {
  const { content, where } = file;
  if (content === undefined) return nothing;
  const end = content.lastIndexOf(LINE_FEED) + 1;
  const { records, isWhole } = lastRecords(content, end, where);
  const [first] = records;
  const before = isWhole && first !== undefined ? `${first.seq - 1}:${first.prev}` : EMPTY;
  const verifier = new Verifier(where, file.whereHead, revisionIn(file.head), before);
  for (const record of records) verifier.add(record, where);
  const rest = content.subarray(end);
  const last = parseRest(rest, verifier.revision);
  if (last !== undefined) verifier.add(last, where);
  verifier.end(rest.length > 0 && last === undefined);
  const all = last === undefined ? records : [...records, last];
  const opened = all.findLastIndex(({ event }) => event.type === 'opened');
  return {
    records: all.slice(Math.max(0, opened)),
    revision: verifier.revision,
    end: end + (last === undefined ? 0 : rest.length),
    isOpen: last !== undefined,
  };
}

/** Parses complete lines backwards, up to the one before the last `opened` record. */
function lastRecords(
  content: Buffer,
  end: number,
  where: string,
): { records: readonly LedgerRecord[]; isWhole: boolean } {
  const records: LedgerRecord[] = [];
  let isOpened = false;
  let isWhole = false;
  for (let next = end; next > 0 && !isWhole;) {
    const start = next < 2 ? 0 : content.lastIndexOf(LINE_FEED, next - 2) + 1;
    const record = parseLine(content.subarray(start, next - 1), where);
    records.push(record);
    isWhole = isOpened;
    isOpened ||= record.event.type === 'opened';
    next = start;
  }
  return { records: records.toReversed(), isWhole };
}

/**
 * Every record of a ledger from the first one, verified before it is returned.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`, with the line number
 */
export function* readAll(file: LedgerFile): Generator<LedgerRecord, void, undefined> {
  const { content, where } = file;
  if (content === undefined) return;
  const verifier = new Verifier(where, file.whereHead, revisionIn(file.head));
  let start = 0;
  let number = 1;
  for (let end = content.indexOf(LINE_FEED); end >= 0; end = content.indexOf(LINE_FEED, start)) {
    const line = `${where}:${number++}`;
    const record = parseLine(content.subarray(start, end), line);
    verifier.add(record, line);
    yield record;
    start = end + 1;
  }
  const rest = content.subarray(start);
  const last = parseRest(rest, verifier.revision);
  if (last !== undefined) {
    verifier.add(last, `${where}:${number}`);
    yield last;
  }
  verifier.end(rest.length > 0 && last === undefined);
}

/** The content of a ledger with more records. */
export function extended(
  content: Buffer | undefined,
  { end, isOpen }: Chapter,
  records: readonly LedgerRecord[],
): Buffer {
  const lines = records.map((record) => `${serialise(record)}\n`).join('');
  const kept = content?.subarray(0, end) ?? Buffer.alloc(0);
  return Buffer.concat([kept, Buffer.from(isOpen ? `\n${lines}` : lines)]);
}

/** A torn head counts as none. */
function revisionIn(head: Buffer | undefined): Revision | undefined {
  return /^(\d{1,16}:[0-9a-f]{64})\n$/.exec(head?.toString('latin1') ?? '')?.[1];
}
