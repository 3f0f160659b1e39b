import { constants } from 'node:fs';
import { dirname } from 'node:path';

import type { StoreReport } from '@keyturn/core';

import { failure, hasCode, unsafe } from './failure.ts';
import { refuseForeign } from './folder.ts';
import type { Machine } from './machine.ts';
import type { FileOperations } from './operations.ts';

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Tells whether a run could keep ledgers in the folder, without making it. */
export async function checkFolder(
  operations: FileOperations,
  machine: Machine,
  folder: string,
): Promise<StoreReport> {
  const report = { location: folder, warnings: [], problems: [] };
  try {
    const stats = await statOf(operations, folder);
    if (stats === undefined) {
      await expectWritable(operations, await nearest(operations, dirname(folder)));
      return report;
    }
    if (!stats.isDirectory())
      throw unsafe(folder, 'it is not a folder', 'Name a folder with KEYTURN_STATE.');
    const isSticky = (stats.mode & STICKY) !== 0;
    refuseForeign(folder, stats, machine, isSticky);
    await expectWritable(operations, folder);
    const isOpen = machine.uid !== undefined && (stats.mode & OTHERS_WRITE) !== 0 && !isSticky;
    return isOpen
      ? { ...report, warnings: [`anybody on this machine may write there: chmod o-w ${folder}`] }
      : report;
  } catch (error) {
    const problem = failure(folder, error);
    return { ...report, problems: [problem] };
  }
}

/** The folder itself, or the nearest above it that is there. */
async function nearest(operations: FileOperations, folder: string): Promise<string> {
  if (dirname(folder) === folder || (await statOf(operations, folder)) !== undefined) return folder;
  return nearest(operations, dirname(folder));
}

async function expectWritable(operations: FileOperations, folder: string): Promise<void> {
  try {
    await operations.access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw failure(folder, error);
  }
}

async function statOf(operations: FileOperations, path: string) {
  try {
    return await operations.stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
