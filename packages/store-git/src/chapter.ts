import {
  type Chapter,
  EMPTY,
  type LedgerFile,
  type LedgerRecord,
  LineReader,
  readChapter,
} from '@keyturn/core/ledger';

const LINE_FEED = 0x0a;

/** The file of a ledger on the branch; its head is written by the same commit. */
export interface BranchFile extends LedgerFile {
  /** One record per line; undefined if there is no ledger. */
  readonly content: Buffer | undefined;
}

const nothing: Chapter = { records: [], revision: EMPTY, end: 0, isOpen: false };

/** Reads a ledger from its last `opened` record on. */
export function chapterOf(file: BranchFile): Chapter {
  return (file.content && readChapter(file, file.content)) ?? nothing;
}

/**
 * Every record of a ledger from the first one, verified before it is returned.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`, with the line number
 */
export function* readAll(file: BranchFile): Generator<LedgerRecord, void, undefined> {
  const { content } = file;
  if (content === undefined) return;
  const reader = new LineReader(file);
  let start = 0;
  for (let end = content.indexOf(LINE_FEED); end >= 0; end = content.indexOf(LINE_FEED, start)) {
    yield reader.next(content.subarray(start, end));
    start = end + 1;
  }
  yield* reader.rest(content.subarray(start));
}
