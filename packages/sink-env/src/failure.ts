import { type Effect, KeyturnError } from '@keyturn/core';

const ACCESS = 'Give the user that runs keyturn write access to the file and its folder.';

/** What an error of the operating system means, and what to do about it. */
const causes: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such folder', 'Create the folder, or correct the path.'],
  ENOTDIR: ['a part of the path is not a folder', 'Correct the path.'],
  EACCES: ['permission denied', ACCESS],
  EPERM: ['the operation is not permitted', ACCESS],
  EROFS: ['the file system is read-only', 'Name a file on one that can be written.'],
  ENOSPC: ['the disk is full', 'Make room on the disk, then run it again.'],
  EDQUOT: ['the disk quota is used up', 'Make room within the quota, then run it again.'],
  ELOOP: ['its symbolic links lead in a circle', 'Correct the links.'],
  EBUSY: ['it is in use, or mounted by itself', 'Mount its folder instead of the file.'],
  ETXTBSY: ['it is in use', 'Run it again later.'],
  ENAMETOOLONG: [
    'its name is too long',
    'Choose a shorter one: some characters are added for a while.',
  ],
  EMFILE: ['too many files are open', 'Raise the limit of open files, then run it again.'],
  EIO: ['the disk reports an error', 'Check the disk, then run it again.'],
};

/** Whether an error of the operating system has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A `FILE_FAILED` that says in a line what went wrong. Of the cause it takes the code alone. */
export function failure(id: string, error: unknown, effect: Effect = 'none'): KeyturnError {
  if (KeyturnError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unforeseen error';
  const [what, hint] = causes[code] ?? [
    `the file system answers ${code}`,
    'Check the file and its folder, then run it again.',
  ];
  return new KeyturnError('FILE_FAILED', `${id}: ${what}`, { hint, effect });
}

export function unsafe(id: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_UNSAFE', `${id}: ${what}`, { hint, effect: 'none' });
}

export function interrupted(id: string): KeyturnError {
  return new KeyturnError('INTERRUPTED', `${id}: interrupted before anything was written`, {
    hint: 'Run it again.',
    effect: 'none',
  });
}
