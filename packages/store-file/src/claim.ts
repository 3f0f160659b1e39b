import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { syncFolder, hasCode } from '@keyturn/core';

import { type Paths, prepareFolder } from './folder.ts';
import type { Machine } from '@keyturn/core/ledger';
import { type FileOperations, type OpenFile, openFile } from './operations.ts';

/**
 * Claims a key permanently: the process that creates its file has claimed it, and the file stays. Its name is the key's hash; its
 * content is for people.
 */
export async function claim(
  operations: FileOperations,
  machine: Machine,
  paths: Paths,
  key: string,
): Promise<boolean> {
  await prepareFolder(operations, machine, paths.folder);
  await prepareFolder(operations, machine, paths.claims);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
  const file = await make(operations, join(paths.claims, name));
  if (file === undefined) return false;
  try {
    await file.handle.writeFile(`${key}\n`);
    await file.handle.sync();
  } finally {
    await file.handle.close();
  }
  await syncFolder(operations, paths.claims);
  // The process that created that folder may have been killed before its name was durable.
  await syncFolder(operations, paths.folder);
  return true;
}

async function make(operations: FileOperations, path: string): Promise<OpenFile | undefined> {
  try {
    return await openFile(operations, path, 'create');
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined;
    throw error;
  }
}
