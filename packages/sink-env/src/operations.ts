import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';

import { hasCode } from '@keyturn/core';

/** The critical file operations. Passed in, so that a test can make any of them fail. */
export type FileOperations = Pick<
  typeof fs,
  'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'statfs' | 'unlink' | 'writeFile'
>;
export const fileOperations: FileOperations = fs;

/** The names in a folder; none if it does not exist. */
export async function namesIn(operations: FileOperations, folder: string): Promise<string[]> {
  try {
    return await operations.readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Removes a folder and the files in it; it succeeds if they are already gone. */
export async function removeFolder(operations: FileOperations, folder: string): Promise<void> {
  for (const name of await namesIn(operations, folder))
    await operations.unlink(`${folder}/${name}`).catch(ignoreMissing);
  await operations.rmdir(folder).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}

/** Makes the names in a folder durable. Windows does not support this, and does not need it. */
export async function syncFolder(operations: FileOperations, folder: string): Promise<void> {
  const handle = await operations.open(folder, constants.O_RDONLY).catch((error: unknown) => {
    if (!hasCode(error, 'EISDIR', 'EPERM', 'EACCES')) throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
