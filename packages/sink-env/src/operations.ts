import * as fs from 'node:fs/promises';

import { hasCode, namesIn } from '@keyturn/core';

/** The critical file operations. Passed in, so that a test can make any of them fail. */
export type FileOperations = Pick<
  typeof fs,
  'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'statfs' | 'unlink' | 'writeFile'
>;
export const fileOperations: FileOperations = fs;

/** Removes a folder and the files in it; it succeeds if they are already gone. */
export async function removeFolder(operations: FileOperations, folder: string): Promise<void> {
  for (const name of await namesIn(operations, folder))
    await operations.unlink(`${folder}/${name}`).catch(ignoreMissing);
  await operations.rmdir(folder).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!hasCode(error, 'ENOENT')) throw error;
}

/** Whether a file may exist: what another user left cannot be read. */
export async function mayExist(operations: FileOperations, path: string): Promise<boolean> {
  try {
    await operations.lstat(path);
    return true;
  } catch (error) {
    return !hasCode(error, 'ENOENT', 'ENOTDIR');
  }
}
