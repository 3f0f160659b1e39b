import { fileProblem, KeyturnError, type Effect } from '@keyturn/core';
import { describeHolder, type Holder } from '@keyturn/core/ledger';

/** Everything that this package says to users: code, message and hint, side by side. */

const SET_FOLDER = 'Set KEYTURN_STATE to a folder.';
const ACCESS = 'Give the user that runs keyturn access to the folder.';

// Files and folders.

/** What errors of the operating system mean for the store, by their code. */
const problems = {
  EFBIG: {
    what: 'the file would exceed the size limit',
    hint: 'Raise the limit, then run it again.',
  },
  EROFS: { hint: 'Set KEYTURN_STATE to a writable folder.' },
  EACCES: { hint: ACCESS },
  EPERM: { hint: ACCESS },
  ENOENT: { what: 'it was moved or removed', hint: 'Put it back, then run it again.' },
  ELOOP: {
    what: 'it is a symbolic link',
    hint: 'Replace the link with the file itself: links to ledgers and locks are not followed.',
  },
  ENOTDIR: { hint: SET_FOLDER },
  EISDIR: { what: 'a folder is in the place of a file', hint: 'Remove that folder.' },
  ENAMETOOLONG: {
    what: 'the path is too long',
    hint: 'Set KEYTURN_STATE to a folder with a shorter path.',
  },
};

/** @param code the operating system's; undefined if the error has none */
export const storeFailed = (
  path: string,
  code: string | undefined,
  effect: Effect,
): KeyturnError => {
  const { what, hint } = fileProblem(code, problems, 'Check the folder, then run it again.');
  return failed(path, what, hint, effect);
};

export const LOCATION_INVALID = 'the location must be the path of a folder';

export const notAFolder = (path: string): KeyturnError =>
  failed(path, 'it is not a folder', SET_FOLDER, 'none');

export const notARegularFile = (path: string): KeyturnError =>
  failed(path, 'it is not a regular file', 'Remove it: keyturn needs a file there.', 'none');

export const linkBroken = (path: string): KeyturnError =>
  failed(
    path,
    'the symbolic link is broken',
    'Create the folder that it points to, or set KEYTURN_STATE to another folder.',
    'none',
  );

export const nothingCreatable = (path: string): KeyturnError =>
  failed(
    path,
    'nothing can be created in this folder',
    'Set KEYTURN_STATE to a folder on a disk.',
    'none',
  );

export const foreign = (path: string): KeyturnError =>
  failed(
    path,
    'it belongs to another user, and every user can write to it',
    `Remove write access for others: chmod o-w ${path}`,
    'none',
  );

export const writableByAll = (path: string): string =>
  `every user of this machine can write to it: run chmod o-w ${path}`;

export const folderMoved = (path: string, effect: Effect): KeyturnError =>
  failed(
    path,
    'the folder was moved or removed during this run',
    'Put it back, then run it again: it continues from the ledger.',
    effect,
  );

export const folderReplaced = (path: string, effect: Effect): KeyturnError =>
  failed(
    path,
    'the folder was replaced by another one during this run',
    'Put the original folder back, then run it again: it continues from the ledger.',
    effect,
  );

// The lock.

/** @param expiry seconds after which the lock of a holder elsewhere expires; undefined if the holder is on this machine */
export const lockHeld = (
  rotation: string,
  holder: Holder,
  expiry: number | undefined,
): KeyturnError => {
  const otherwise =
    expiry === undefined
      ? `if it hangs, end process ${holder.pid}.`
      : `if its machine is gone, the lock expires ${expiry} seconds after its last heartbeat.`;
  return new KeyturnError(
    'STATE_BUSY',
    `rotation "${rotation.slice(0, 100)}" is held by ${describeHolder(holder)}`,
    { hint: `Wait until that run has ended; ${otherwise}`, effect: 'none' },
  );
};

export const lockBlocked = (path: string): KeyturnError =>
  failed(path, 'a link or a file is in the place of the lock', 'Remove it.', 'none');

export const lockForeign = (path: string): KeyturnError =>
  failed(path, 'it is not a lock file of keyturn', 'Remove it, then run it again.', 'none');

// The ledger.

export const ledgerReplaced = (path: string): KeyturnError =>
  new KeyturnError(
    'STATE_LOST',
    `${path}: the file was replaced or removed while this run wrote to it`,
    {
      hint: 'Find out what does that (a restore, git, a synchronized folder), then run it again.',
      effect: 'unknown',
    },
  );

/** What to do if a ledger is not what its head says; `head` is the name of that. */
export const headContradicts = (head: string): string =>
  `Restore the ledger from its last good copy; to continue from this one, remove ${head}.`;

function failed(path: string, what: string, hint: string, effect: Effect): KeyturnError {
  return new KeyturnError('STATE_FAILED', `${path}: ${what}`, { hint, effect });
}
