import { join } from 'node:path';

import { parseHead, type Revision } from '@keyturn/core/ledger';

import type { Paths } from './folder.ts';
import {
  type FileOperations,
  openExisting,
  openFile,
  readRange,
  removeFile,
} from './operations.ts';

/** Reads the head. It is read before the ledger, which is then at least as new. A torn head counts as none. */
export async function readHead(
  operations: FileOperations,
  { head }: Paths,
): Promise<Revision | undefined> {
  const file = await openExisting(operations, head);
  if (file === undefined) return undefined;
  try {
    return parseHead((await readRange(file, 0, 128)).toString('latin1'));
  } finally {
    await file.handle.close();
  }
}

/**
 * Writes the head, after the ledger is durable, so it is never newer. The new file is renamed out of the lock's folder, so that a
 * writer that lost the lock cannot set it back. A ledger without a head is valid, but less protected, so failures are ignored.
 */
export async function writeHead(
  operations: FileOperations,
  { lock, head }: Paths,
  lockFile: string,
  revision: Revision,
): Promise<void> {
  const draft = join(lock, `${lockFile}.head`);
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
