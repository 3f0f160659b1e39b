import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join } from 'node:path';

import { hasCode } from '@keyturn/core';

import type { StoreReport } from '@keyturn/core/ledger';

import { failure } from './failure.ts';
import { isThere, makeWithin, refuseForeign } from './folder.ts';
import type { Machine } from '@keyturn/core/ledger';
import { linkBroken, notAFolder, writableByAll } from './messages.ts';
import { type FileOperations, openFile, removeFile } from './operations.ts';

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/** Reports whether a run can keep ledgers in the folder. Changes nothing; a missing folder is not created. */
export async function checkFolder(
  operations: FileOperations,
  machine: Machine,
  folder: string,
): Promise<StoreReport> {
  const report = { location: folder, warnings: [], problems: [] };
  try {
    const stats = await statOf(operations, folder);
    if (stats === undefined) {
      if (await isThere(operations, folder)) throw linkBroken(folder);
      await expectWritable(operations, await nearest(operations, dirname(folder)));
      return report;
    }
    if (!stats.isDirectory()) throw notAFolder(folder);
    const isSticky = (stats.mode & STICKY) !== 0;
    refuseForeign(folder, stats, machine, isSticky);
    await expectWritable(operations, folder);
    const isOpen = machine.uid !== undefined && (stats.mode & OTHERS_WRITE) !== 0 && !isSticky;
    return isOpen ? { ...report, warnings: [writableByAll(folder)] } : report;
  } catch (error) {
    const problem = failure(folder, error);
    return { ...report, problems: [problem] };
  }
}

/** The folder itself, or its nearest ancestor that exists. */
async function nearest(operations: FileOperations, folder: string): Promise<string> {
  if (dirname(folder) === folder || (await statOf(operations, folder)) !== undefined) return folder;
  return nearest(operations, dirname(folder));
}

/**
 * Creates a folder with a file in it, and removes both again. Only that proves it: permissions say nothing about /proc, a full disk
 * or an exceeded quota.
 */
async function expectWritable(operations: FileOperations, folder: string): Promise<void> {
  const probe = join(folder, `.keyturn-probe-${randomBytes(8).toString('hex')}`);
  const path = join(probe, 'probe');
  try {
    await operations.access(folder, constants.W_OK | constants.X_OK);
    await makeWithin(operations, folder, probe);
    const { handle } = await openFile(operations, path, 'create');
    try {
      await handle.writeFile('{}');
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw failure(folder, error);
  } finally {
    await removeFile(operations, path).catch(() => {});
    await operations.rmdir(probe).catch(() => {});
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
