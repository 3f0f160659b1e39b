import { join } from 'node:path';

import { namesIn, syncFolder, hasCode } from '@keyturn/core';

import { ignore } from './failure.ts';
import { type Paths } from './folder.ts';
import { readClock } from './heartbeat.ts';
import { isSilent } from './holder.ts';
import { explainLoss } from './loss.ts';
import { openExisting, openFile, type OpenFile, readRange, removeFile } from './operations.ts';
import type { Means } from './lock-folder.ts';
import { EVICTED, isHeld } from './acquire.ts';

const CHUNK = 1024 * 1024;

/**
 * Completes a takeover: copies the ledger to a new file, so that an evicted holder that wakes up only writes to the old file that
 * it has open. Then removes the candidates of killed runs.
 *
 * @throws {KeyturnError} `STATE_LOST`
 */
export async function takeOver(means: Means, paths: Paths, lockFile: string): Promise<void> {
  const { operations } = means;
  const names = await namesIn(operations, paths.staging);
  if (names.length === 0) return;
  const evicted = names.filter((name) => name.endsWith(EVICTED));
  if (evicted.length > 0) await replaceLedger(means, paths, lockFile);
  for (const one of evicted) await removeFile(operations, join(paths.staging, one));
  if (evicted.length < names.length) {
    const now = await readClock(operations, join(paths.lock, lockFile)).catch(
      ignore('ENOENT', 'ENOTDIR'),
    );
    const others = names.filter((name) => !name.endsWith(EVICTED));
    for (const name of others) await tidy(means, join(paths.staging, name), now);
  }
  await operations.rmdir(paths.staging).catch(() => {});
}

/** Removes the candidate of a killed run. A run that was only slow creates it again. */
async function tidy(
  { operations, lease }: Means,
  path: string,
  now: number | undefined,
): Promise<void> {
  const stats = await operations.lstat(path).catch(() => undefined);
  if (stats?.isDirectory() !== true) return;
  if (now === undefined || !isSilent(now - stats.mtimeMs, lease)) return;
  for (const name of await namesIn(operations, path))
    await removeFile(operations, join(path, name));
  await operations.rmdir(path).catch(() => {});
}

/**
 * The copy is made in the lock's folder. If the lock is taken over in the meantime, the next holder removes the copy before it takes
 * the lock, so the last step fails: a takeover that was itself taken over cannot undo later changes.
 */
async function replaceLedger(
  { operations, identity }: Means,
  paths: Paths,
  lockFile: string,
): Promise<void> {
  const path = join(paths.lock, `${lockFile}.copy`);
  try {
    const copy = await openFile(operations, path, 'create');
    try {
      // The lock is held now, so it was held when the copy was created; while the copy exists, nobody else can take the lock.
      if (!(await isHeld(operations, paths, lockFile)))
        throw await explainLoss(operations, paths, identity, 'none');
      const source = await openExisting(operations, paths.ledger);
      if (source === undefined) return;
      try {
        await copyAll(source, copy);
      } finally {
        await source.handle.close();
      }
    } finally {
      await copy.handle.close();
    }
    await operations.rename(path, paths.ledger);
    await syncFolder(operations, paths.folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw await explainLoss(operations, paths, identity, 'none');
    throw error;
  } finally {
    await removeFile(operations, path).catch(() => {});
  }
}

async function copyAll(source: OpenFile, { handle }: OpenFile): Promise<void> {
  for (let position = 0; ;) {
    const chunk = await readRange(source, position, CHUNK);
    if (chunk.length === 0) break;
    await handle.writeFile(chunk);
    position += chunk.length;
  }
  await handle.chmod(source.mode & 0o777);
  await handle.sync();
}
