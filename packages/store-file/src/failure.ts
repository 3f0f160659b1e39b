import { type Effect, KeyturnError } from '@keyturn/core';

/** What an error of the operating system means, and what to do about it. */
const causes: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOSPC: ['the disk is full', 'Make room on the disk, then run it again.'],
  EDQUOT: ['the disk quota is used up', 'Make room within the quota, then run it again.'],
  EFBIG: ['the file would be larger than is allowed', 'Raise the limit, then run it again.'],
  EROFS: ['the file system is read-only', 'Name a folder that can be written with KEYTURN_STATE.'],
  EACCES: ['permission denied', 'Give the user that runs keyturn access to the folder.'],
  EPERM: [
    'the operation is not permitted',
    'Give the user that runs keyturn access to the folder.',
  ],
  ENOENT: ['it was moved or removed meanwhile', 'Put it back, then run it again.'],
  ELOOP: [
    'it is a symbolic link',
    'Put the file itself there: ledgers and locks are not followed through links.',
  ],
  ENOTDIR: ['a part of the path is not a folder', 'Name a folder with KEYTURN_STATE.'],
  EISDIR: ['a folder stands where a file belongs', 'Remove that folder.'],
  ENAMETOOLONG: ['the path is too long', 'Name a folder with a shorter path.'],
  EMFILE: ['too many files are open', 'Raise the limit of open files, then run it again.'],
  EIO: ['the disk reports an error', 'Check the disk, then run it again.'],
};

/** Whether an error of the operating system has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** For `catch`: turns an error of the operating system with one of these codes into undefined. */
export function ignore(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    if (!hasCode(error, ...codes)) throw error;
    return undefined;
  };
}

/** A `STATE_FAILED` that says what went wrong at `path`, in a line. Of the cause it takes the code alone. */
export function failure(path: string, error: unknown, effect: Effect = 'none'): KeyturnError {
  if (KeyturnError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unforeseen error';
  const [what, hint] = causes[code] ?? [
    `the file system answers ${code}`,
    'Check the folder, then run it again.',
  ];
  return failed(path, what, hint, effect);
}

export function failed(path: string, what: string, hint: string, effect: Effect): KeyturnError {
  return new KeyturnError('STATE_FAILED', `${path}: ${what}`, { hint, effect });
}

/** What stands there is not used: nothing was changed. */
export function unsafe(path: string, what: string, hint: string): KeyturnError {
  return failed(path, what, hint, 'none');
}

/** The right to append was lost; `what` says how. */
export function lost(
  path: string,
  effect: Effect,
  what = 'the lock has passed to another run',
  hint = 'Run it again: it goes on where the other run stops.',
): KeyturnError {
  return new KeyturnError('STATE_LOST', `${path}: ${what}`, { hint, effect });
}

/** Runs `action`; whatever it throws leaves as a `KeyturnError`. */
export async function guarded<Result>(
  path: string,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw failure(path, error);
  }
}
