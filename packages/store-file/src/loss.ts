import { namesIn, hasCode, type Effect, type KeyturnError } from '@keyturn/core';
import { lockRemoved, lockTaken } from '@keyturn/core/ledger';

import { type FolderIdentity, type Paths } from './folder.ts';
import { folderMoved, folderReplaced } from './messages.ts';
import type { FileOperations } from './operations.ts';

/** The error that explains why a lock file is no longer in its folder. */
export async function explainLoss(
  operations: FileOperations,
  paths: Paths,
  identity: FolderIdentity,
  effect: Effect,
): Promise<KeyturnError> {
  const now = await identityOf(operations, paths.folder);
  if (now === undefined) return folderMoved(paths.folder, effect);
  if (now.dev !== identity.dev || now.ino !== identity.ino)
    return folderReplaced(paths.folder, effect);
  const lockFiles = await namesIn(operations, paths.lock).catch(() => []);
  return lockFiles.length > 0 ? lockTaken(paths.ledger, effect) : lockRemoved(paths.ledger, effect);
}

async function identityOf(
  operations: FileOperations,
  path: string,
): Promise<FolderIdentity | undefined> {
  try {
    return await operations.stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
