import { constants } from 'node:fs';
import type * as fs from 'node:fs/promises';

import { hasCode } from './file-problem.ts';

/** The names in a folder; none if it does not exist. */
export async function namesIn(
  operations: Pick<typeof fs, 'readdir'>,
  folder: string,
): Promise<string[]> {
  try {
    return await operations.readdir(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

/**
 * Makes the names in a folder durable. Windows does not support this, and does not need it.
 *
 * @param tolerated codes of the operating system for which it does nothing, beside those of Windows
 */
export async function syncFolder(
  operations: Pick<typeof fs, 'open'>,
  folder: string,
  ...tolerated: readonly string[]
): Promise<void> {
  const handle = await operations.open(folder, constants.O_RDONLY).catch((error: unknown) => {
    if (!hasCode(error, 'EISDIR', 'EPERM', ...tolerated)) throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
