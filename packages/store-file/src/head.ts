import { join } from 'node:path';

import type { Revision } from '@keyturn/core';

import type { Paths } from './folder.ts';
import {
  type FileOperations,
  openExisting,
  openFile,
  readRange,
  removeFile,
} from './operations.ts';

/** Read before the ledger, which is then at least as far. What a power cut left of it counts for nothing. */
export async function readHead(
  operations: FileOperations,
  { head }: Paths,
): Promise<Revision | undefined> {
  const file = await openExisting(operations, head);
  if (file === undefined) return undefined;
  try {
    const text = (await readRange(file, 0, 128)).toString('latin1');
    return /^(\d{1,16}:[0-9a-f]{64})\n$/.exec(text)?.[1];
  } finally {
    await file.handle.close();
  }
}

/**
 * Written after the ledger is durable, so it is never ahead. It comes from within the lock's folder, so that a writer
 * who lost the lock cannot set it back. Without it a ledger is as good, only less guarded: a failure is no failure.
 */
export async function writeHead(
  operations: FileOperations,
  { lock, head }: Paths,
  ticket: string,
  revision: Revision,
): Promise<void> {
  const draft = join(lock, `${ticket}.head`);
  try {
    const { handle } = await openFile(operations, draft, 'create');
    try {
      await handle.writeFile(`${revision}\n`);
    } finally {
      await handle.close();
    }
    await operations.rename(draft, head);
  } catch {
    await removeFile(operations, draft).catch(() => {});
  }
}
