import { dirname, join } from 'node:path';

import { ignore } from './failure.ts';
import { makeWithin, type Paths } from './folder.ts';
import type { Holder } from './holder.ts';
import { type FileOperations, openFile, removeFile } from './operations.ts';

/** Makes a folder of its own in the hall, with the holder's file in it, to move in with. */
export async function prepare(
  operations: FileOperations,
  { folder, hall }: Paths,
  holder: Holder,
  path: string,
): Promise<void> {
  await makeWithin(operations, folder, hall);
  await operations.mkdir(dirname(path), { mode: 0o700 }).catch(ignore('EEXIST'));
  if ((await operations.lstat(path).catch(ignore('ENOENT'))) !== undefined) return;
  const { handle } = await openFile(operations, path, 'create');
  try {
    await handle.writeFile(JSON.stringify(holder));
  } finally {
    await handle.close();
  }
}

/** Takes away what was prepared, and the hall with the last of them. */
export async function withdraw(
  operations: FileOperations,
  { hall }: Paths,
  ticket: string,
): Promise<void> {
  const own = join(hall, ticket);
  await removeFile(operations, join(own, ticket)).catch(() => {});
  await operations.rmdir(own).catch(() => {});
  await operations.rmdir(hall).catch(() => {});
}
