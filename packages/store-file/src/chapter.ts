import { type Chapter, EMPTY, readChapter, type Revision } from '@keyturn/core/ledger';

import type { Paths } from './folder.ts';
import { readHead } from './head.ts';
import { headContradicts } from './messages.ts';
import { type FileOperations, openExisting, type OpenFile, readRange } from './operations.ts';

const FIRST_WINDOW = 64 * 1024;

const nothing: Chapter = { records: [], revision: EMPTY, end: 0, isOpen: false };

/** Reads a ledger from its last `opened` record on. The cost does not depend on the records before that. */
export async function lastChapter(
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
  const ledger = { where: paths.ledger, head, hint: headContradicts(paths.head) };
  const { size } = await file.handle.stat();
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const start = Math.max(0, size - window);
    const bytes = await readRange(file, start, size - start);
    const chapter = readChapter(ledger, bytes, start);
    if (chapter !== undefined) return chapter;
  }
}
