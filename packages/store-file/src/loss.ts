import type { Effect, KeyturnError } from '@keyturn/core';

import { failed, hasCode, lost } from './failure.ts';
import { type Home, namesIn, type Paths } from './folder.ts';
import type { FileOperations } from './operations.ts';

/** Why a ticket is not in its lock any more: an error that says what happened to it. */
export async function explainLoss(
  operations: FileOperations,
  paths: Paths,
  home: Home,
  effect: Effect,
): Promise<KeyturnError> {
  const now = await identityOf(operations, paths.folder);
  if (now === undefined)
    return failed(
      paths.folder,
      'the folder was moved or removed while this run was under way',
      'Put it back, then run it again: it goes on from what the ledger holds.',
      effect,
    );
  if (now.dev !== home.dev || now.ino !== home.ino)
    return failed(
      paths.folder,
      'another folder was put in its place while this run was under way',
      'Put the former one back, then run it again: it goes on from what the ledger holds.',
      effect,
    );
  const tenants = await namesIn(operations, paths.lock).catch(() => []);
  return tenants.length > 0
    ? lost(paths.ledger, effect)
    : lost(paths.ledger, effect, 'its lock was removed, or has passed to another run');
}

async function identityOf(operations: FileOperations, path: string): Promise<Home | undefined> {
  try {
    return await operations.stat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
