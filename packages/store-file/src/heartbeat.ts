import { type FileOperations, openExisting, openFile, type OpenFile } from './operations.ts';

/** Milliseconds. The coarsest file systems stamp files in steps of two seconds (FAT). */
const COARSEST = 2000;
/** Two dates that one clock stamped are told apart only beyond twice its resolution. */
export const ALLOWANCE = 2 * COARSEST;

/**
 * Lets the file system stamp a file with its own clock, by writing the first byte again: every lock file is JSON. Machines that
 * share a folder have clocks of their own, so no date of theirs is ever written to a file or held against a file's.
 */
export async function touch(operations: FileOperations, path: string): Promise<void> {
  const { handle } = await openFile(operations, path, 'write');
  try {
    await handle.write('{', 0);
  } finally {
    await handle.close();
  }
}

/** When the file system stamped a file last, in milliseconds of its clock. */
export async function stampOf({ handle }: OpenFile): Promise<number> {
  return (await handle.stat()).mtimeMs;
}

/** The file system's clock now, read off a file of ours; undefined where that file is gone. */
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
