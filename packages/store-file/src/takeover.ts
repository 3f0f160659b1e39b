import { join } from 'node:path';

import { hasCode, ignore } from './failure.ts';
import { namesIn, type Paths } from './folder.ts';
import { readClock } from './heartbeat.ts';
import { isSilent } from './holder.ts';
import { explainLoss } from './loss.ts';
import {
  openExisting,
  openFile,
  type OpenFile,
  readRange,
  removeFile,
  syncFolder,
} from './operations.ts';
import type { Means } from './tenant.ts';
import { holds, MARK } from './ticket.ts';

const CHUNK = 1024 * 1024;

/**
 * After a holder was moved out: puts the ledger into a new file, so that what the old holder, should it wake up, writes into
 * the file that it has open goes nowhere. Then tidies up after those who were killed.
 *
 * @throws {KeyturnError} `STATE_LOST`
 */
export async function takeOver(means: Means, paths: Paths, ticket: string): Promise<void> {
  const { operations } = means;
  const names = await namesIn(operations, paths.hall);
  if (names.length === 0) return;
  const marks = names.filter((name) => name.endsWith(MARK));
  if (marks.length > 0) await replaceLedger(means, paths, ticket);
  for (const mark of marks) await removeFile(operations, join(paths.hall, mark));
  if (marks.length < names.length) {
    const now = await readClock(operations, join(paths.lock, ticket)).catch(
      ignore('ENOENT', 'ENOTDIR'),
    );
    const others = names.filter((name) => !name.endsWith(MARK));
    for (const name of others) await tidy(means, join(paths.hall, name), now);
  }
  await operations.rmdir(paths.hall).catch(() => {});
}

/** Removes what a run that was killed had prepared to move in with. One that was only slow prepares it again. */
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
 * The copy is made within the lock's folder. If the lock passes on meanwhile, the next holder finds and removes it before it
 * moves in, so the last step fails: a takeover that was itself overtaken cannot undo what came after.
 */
async function replaceLedger(
  { operations, home }: Means,
  paths: Paths,
  ticket: string,
): Promise<void> {
  const path = join(paths.lock, `${ticket}.copy`);
  try {
    const copy = await openFile(operations, path, 'create');
    try {
      // Held now, hence held when the copy was made: from here on nobody moves in while it is there.
      if (!(await holds(operations, paths, ticket)))
        throw await explainLoss(operations, paths, home, 'none');
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
    if (hasCode(error, 'ENOENT')) throw await explainLoss(operations, paths, home, 'none');
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
