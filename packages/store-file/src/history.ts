import { type LedgerRecord, LineReader, mentions } from '@keyturn/core/ledger';

import { failure } from './failure.ts';
import type { Paths } from './folder.ts';
import { readHead } from './head.ts';
import { headContradicts } from './messages.ts';
import { type FileOperations, openExisting, type OpenFile, readRange } from './operations.ts';

const CHUNK = 256 * 1024;
const LINE_FEED = 0x0a;

/**
 * Every record of a ledger from the first one, verified before it is returned.
 *
 * @throws {KeyturnError} `STATE_CORRUPT`, with the line number
 */
export async function* readHistory(
  operations: FileOperations,
  paths: Paths,
): AsyncGenerator<LedgerRecord, void, undefined> {
  try {
    const head = await readHead(operations, paths);
    const file = await openExisting(operations, paths.ledger);
    if (file === undefined) return;
    try {
      const { ledger: where } = paths;
      yield* verified(file, new LineReader({ where, head, hint: headContradicts(paths.head) }));
    } finally {
      await file.handle.close();
    }
  } catch (error) {
    throw failure(paths.ledger, error);
  }
}

async function* verified(
  file: OpenFile,
  reader: LineReader,
): AsyncGenerator<LedgerRecord, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const line of lines(file)) {
    if (line.isWhole) yield reader.next(line.bytes);
    else rest = line.bytes;
  }
  yield* reader.rest(rest);
}

interface Line {
  readonly bytes: Buffer;
  /** It ends with a line feed, as all do but the last one, which may be empty. */
  readonly isWhole: boolean;
}

async function* lines(file: OpenFile): AsyncGenerator<Line, void, undefined> {
  let parts: Buffer[] = [];
  for (let position = 0; ;) {
    const chunk = await readRange(file, position, CHUNK);
    if (chunk.length === 0) break;
    position += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield { bytes: Buffer.concat([...parts, chunk.subarray(start, end)]), isWhole: true };
      parts = [];
      start = end + 1;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
  yield { bytes: Buffer.concat(parts), isWhole: false };
}

/** The rotation that a ledger names in its first record; undefined if it names none. */
export async function rotationOf(
  operations: FileOperations,
  paths: Paths,
): Promise<string | undefined> {
  for await (const { event } of readHistory(operations, paths))
    return event.type === 'opened' ? event.rotation : undefined;
  return undefined;
}

/** Whether a ledger may mention a token. Searches its bytes, without checking them. */
export async function mayMention(
  operations: FileOperations,
  paths: Paths,
  token: string,
): Promise<boolean> {
  const file = await openExisting(operations, paths.ledger);
  if (file === undefined) return false;
  try {
    return mentions((await readRange(file, 0, file.size)).toString(), token);
  } finally {
    await file.handle.close();
  }
}
