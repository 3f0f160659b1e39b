import { KeyturnError } from '@keyturn/core';
import { EMPTY, type LedgerRecord, type Revision } from '@keyturn/core/ledger';

import type { Paths } from './folder.ts';
import { readHead } from './head.ts';
import { type FileOperations, openExisting, type OpenFile, readRange } from './operations.ts';
import { parseLine, parseRest, Verifier } from './verify.ts';

const FIRST_WINDOW = 64 * 1024;
const LINE_FEED = 0x0a;

/** The last chapter of a ledger, and the end of its file. */
export interface Chapter {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
  /** How many bytes contain records. Anything after them is left from a crash. */
  readonly end: number;
  /** The last record lacks its line feed. */
  readonly isOpen: boolean;
}

const nothing: Chapter = { records: [], revision: EMPTY, end: 0, isOpen: false };

/** Reads a ledger from its last `opened` record on. The cost does not depend on the records before that. */
export async function readChapter(
  operations: FileOperations,
  paths: Paths,
  inspect: (file: OpenFile) => void,
): Promise<Chapter> {
  const head = await readHead(operations, paths);
  const file = await openExisting(operations, paths.ledger);
  if (file === undefined) return nothing;
  try {
    inspect(file);
    return await chapterOf(file, paths, head);
  } finally {
    await file.handle.close();
  }
}

export async function chapterOf(
  file: OpenFile,
  paths: Paths,
  head: Revision | undefined,
): Promise<Chapter> {
  const { size } = await file.handle.stat();
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const start = Math.max(0, size - window);
    const bytes = await readRange(file, start, size - start);
    const from = start === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    const found = from === 0 && start > 0 ? undefined : parseChapter(bytes, from, paths.ledger);
    if (found === undefined || (!found.isWhole && start > 0)) continue;
    return verify(found, start, paths, head);
  }
}

interface Found {
  /** The records of the chapter, preceded by the record before it if the window contains that. */
  readonly records: readonly LedgerRecord[];
  readonly rest: Buffer;
  /** The start of the rest. */
  readonly end: number;
  /** An `opened` record was found, and the one before it. */
  readonly isWhole: boolean;
}

/** Parses complete lines backwards from the end of the window, up to the one before the last `opened` record. */
function parseChapter(bytes: Buffer, from: number, where: string): Found {
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  const records: LedgerRecord[] = [];
  let isOpened = false;
  let isWhole = false;
  for (let next = end; next > from && !isWhole;) {
    const start = next < 2 ? 0 : bytes.lastIndexOf(LINE_FEED, next - 2) + 1;
    const record = parseLine(bytes.subarray(start, next - 1), where);
    records.push(record);
    isWhole = isOpened;
    isOpened ||= record.event.type === 'opened';
    next = start;
  }
  return { records: records.toReversed(), rest: bytes.subarray(end), end, isWhole };
}

function verify(
  { records, rest, end, isWhole }: Found,
  start: number,
  paths: Paths,
  head: Revision | undefined,
): Chapter {
  const where = paths.ledger;
  const [first] = records;
  const before = isWhole && first !== undefined ? `${first.seq - 1}:${first.prev}` : EMPTY;
  const verifier = new Verifier(where, paths.head, head, before);
  for (const record of records) verifier.add(record, where);
  const last = parseRest(rest, verifier.revision);
  if (last !== undefined) verifier.add(last, where);
  verifier.end(rest.length > 0 && last === undefined);
  const all = last === undefined ? records : [...records, last];
  const opened = all.findLastIndex(({ event }) => event.type === 'opened');
  return {
    records: all.slice(Math.max(0, opened)),
    revision: verifier.revision,
    end: start + end + (last === undefined ? 0 : rest.length),
    isOpen: last !== undefined,
  };
}

/** Whether reading the whole ledger can show the place of the error. */
export function isCorrupt(error: unknown): boolean {
  return KeyturnError.is(error) && error.code === 'STATE_CORRUPT';
}
