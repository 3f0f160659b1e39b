import { dirname, join } from 'node:path';

import { ignore } from './failure.ts';
import { makeWithin, type Paths } from './folder.ts';
import type { Holder } from '@keyturn/core/ledger';
import { type FileOperations, openFile, removeFile } from './operations.ts';

/** Creates a candidate in the staging folder: a folder with the holder's lock file, which is renamed to become the lock. */
export async function prepare(
  operations: FileOperations,
  { folder, staging }: Paths,
  holder: Holder,
  path: string,
): Promise<void> {
  await makeWithin(operations, folder, staging);
  await operations.mkdir(dirname(path), { mode: 0o700 }).catch(ignore('EEXIST'));
  if ((await operations.lstat(path).catch(ignore('ENOENT'))) !== undefined) return;
  const { handle } = await openFile(operations, path, 'create');
  try {
    await handle.writeFile(JSON.stringify(holder));
  } finally {
    await handle.close();
  }
}

/** Removes the candidate, and the staging folder if it is empty then. */
export async function withdraw(
  operations: FileOperations,
  { staging }: Paths,
  lockFile: string,
): Promise<void> {
  const own = join(staging, lockFile);
  await removeFile(operations, join(own, lockFile)).catch(() => {});
  await operations.rmdir(own).catch(() => {});
  await operations.rmdir(staging).catch(() => {});
}
