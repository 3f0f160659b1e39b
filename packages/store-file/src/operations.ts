import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';

import { hasCode } from '@keyturn/core';

import { notARegularFile } from './messages.ts';

/** The file operations of the store. Passed in, so that a test can make any of them fail. */
export type FileOperations = Pick<
  typeof fs,
  'access' | 'lstat' | 'mkdir' | 'open' | 'readdir' | 'rename' | 'rmdir' | 'stat' | 'unlink'
>;
export const fileOperations: FileOperations = fs;

export interface OpenFile {
  readonly handle: fs.FileHandle;
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
}

// Windows has neither flag: there, links need privileges, and fifos are not files.
const CAREFUL = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const flagsOf = {
  read: constants.O_RDONLY,
  write: constants.O_WRONLY,
  append: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT,
  create: constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
};

/** Opens a regular file; a new one is accessible only to its owner. Links, fifos and devices are refused. */
export async function openFile(
  operations: FileOperations,
  path: string,
  how: keyof typeof flagsOf,
): Promise<OpenFile> {
  const handle = await operations.open(path, flagsOf[how] | CAREFUL, 0o600);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notARegularFile(path);
    const { dev, ino, size, mode, uid } = stats;
    return { handle, dev, ino, size, mode, uid };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The same for reading; undefined if the file does not exist. */
export async function openExisting(
  operations: FileOperations,
  path: string,
): Promise<OpenFile | undefined> {
  try {
    return await openFile(operations, path, 'read');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** The bytes of a range; fewer if the file is shorter. */
export async function readRange(
  { handle }: OpenFile,
  start: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Removes a file; it succeeds if the file does not exist. */
export async function removeFile(operations: FileOperations, path: string): Promise<void> {
  try {
    await operations.unlink(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}
