import { type FileOperations, openExisting, openFile, type OpenFile } from './operations.ts';

/** Milliseconds. The file system with the coarsest timestamps has a resolution of two seconds (FAT). */
const COARSEST = 2000;
/** Two timestamps of one clock can only be compared beyond twice its resolution. */
export const ALLOWANCE = 2 * COARSEST;

/**
 * Makes the file system timestamp a file with its own clock, by rewriting the first byte: every lock file is JSON. Machines that
 * share a folder have different clocks, so their own time is never written to a file or compared with a file's.
 */
export async function touch(operations: FileOperations, path: string): Promise<void> {
  const { handle } = await openFile(operations, path, 'write');
  try {
    await handle.write('{', 0);
  } finally {
    await handle.close();
  }
}

/** The timestamp of a file, in milliseconds of the file system's clock. */
export async function stampOf({ handle }: OpenFile): Promise<number> {
  return (await handle.stat()).mtimeMs;
}

/** The current time of the file system's clock, from a file of this process; undefined if that file is gone. */
export async function readClock(
  operations: FileOperations,
  path: string,
): Promise<number | undefined> {
  await touch(operations, path);
  const file = await openExisting(operations, path);
  if (file === undefined) return undefined;
  try {
    return await stampOf(file);
  } finally {
    await file.handle.close();
  }
}
