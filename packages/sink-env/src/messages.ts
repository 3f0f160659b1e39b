import { fileProblem, KeyturnError, targetInvalid, type Effect, type Target } from '@keyturn/core';

import type { Rejection } from './formats/format.ts';

/** Everything that this package says to users: code, message and hint, side by side. */

const WRITER = 'Find out which program writes it, then run it again.';

// Targets.

export const pathMissing = (target: Target): KeyturnError =>
  targetInvalid(target, 'the path is not that of a file', 'Use env:PATH, such as env:.env.local.');

export const tildeUnsupported = (target: Target): KeyturnError =>
  targetInvalid(target, '~ is not expanded', 'Use the full path of the file.');

export const outputIsNoSink = (target: Target): KeyturnError =>
  targetInvalid(
    target,
    'a token is not delivered to standard output',
    'Name a file, such as env:.env.local; for a file that is called -, use env:./-.',
  );

export const pathWithZeroByte = (target: Target): KeyturnError =>
  targetInvalid(target, 'the path contains a zero byte', 'Correct the path.');

export const optionsHint = 'Use the option format, or none.';

export const folderWithFormat = (target: Target): KeyturnError =>
  targetInvalid(target, 'a folder has no format', 'Use env:FOLDER, such as env:apps/web.');

export const folderNotFound = (id: string): KeyturnError =>
  new KeyturnError('TARGET_NOT_FOUND', `${id}: the folder does not exist`, {
    hint: 'Use the path of a folder, such as env:apps/web.',
    effect: 'none',
  });

export const nameTwice = (id: string): KeyturnError =>
  new KeyturnError('NAME_INVALID', `${id}: a name is used twice`, {
    hint: 'Choose different names.',
    effect: 'none',
  });

// Files that are not written, because that would not be safe.

export const linkBroken = (id: string): KeyturnError =>
  unsafe(id, 'the symbolic link is broken', 'Remove the link.');

export const linkOutside = (id: string, folder: string): KeyturnError =>
  unsafe(
    id,
    `a symbolic link in the path leads out of ${folder}`,
    'Use the path of the file itself.',
  );

export const isFolder = (id: string): KeyturnError =>
  unsafe(id, 'it is a folder', 'Use the path of a file in it, such as .env.');

export const notRegular = (id: string): KeyturnError =>
  unsafe(id, 'it is not a regular file', 'Use a file, not a device, pipe or socket.');

export const tooLarge = (id: string): KeyturnError =>
  unsafe(id, 'it is larger than 1 MiB', 'Use an env file: this file is too large to be one.');

export const wouldBeTooLarge = (id: string): KeyturnError =>
  unsafe(id, 'it would become larger than 1 MiB', 'Deliver to a separate file.');

export const notText = (id: string): KeyturnError =>
  unsafe(id, 'it contains zero bytes', 'Save it as UTF-8: it is UTF-16, or not a text.');

export const tracked = (id: string): KeyturnError =>
  unsafe(
    id,
    'git tracks it, so the secret would be committed',
    'Remove it from git and ignore it, or use --allow tracked-file.',
  );

export const trackingUnknown = (id: string): KeyturnError =>
  unsafe(
    id,
    'git does not say whether it tracks the file',
    'Run `git status` in its folder and fix what it reports, or use --allow tracked-file.',
  );

export const notClosed = (id: string, line: number): KeyturnError =>
  unsafe(id, `line ${line} opens a quote or a here-document that is never closed`, 'Close it.');

export const notChangeable = (id: string, line: number, name: string): KeyturnError =>
  unsafe(
    id,
    `line ${line} sets ${name} in a way that cannot be changed safely`,
    `Set ${name} on a separate line that does nothing else: ${name}=…`,
  );

export const continued = (id: string, line: number): KeyturnError =>
  unsafe(
    id,
    `line ${line} ends in a backslash and without a line break: a new line would change it`,
    'Remove the backslash, or add a line break.',
  );

export const notReadable = (id: string, name: string): KeyturnError =>
  unsafe(
    id,
    `another part of the file would change how ${name} is read`,
    'Close every quote, and remove spaces after the = of an empty value.',
  );

const rejections = {
  bytes: { what: 'is not UTF-8', hint: 'Save the file as UTF-8.' },
  length: { what: 'is longer than 64 KiB', hint: 'Shorten the line, or move it to another file.' },
  'no name': { what: 'has no name before the =', hint: 'Remove the line, or start it with #.' },
  space: {
    what: 'has a space in the name',
    hint: 'Write NAME=value without export or spaces before the =, and start comments with #.',
  },
} as const;

export const rejectedBy = (id: string, line: number, { by, reason }: Rejection): KeyturnError => {
  const { what, hint } = rejections[reason];
  return unsafe(id, `${by} rejects the file: line ${line} ${what}`, hint);
};

// Files that cannot be written.

const ACCESS = 'Give the user that runs keyturn write access to the file and its folder.';

/** What errors of the operating system mean for an env file, by their code. */
const problems = {
  ENOENT: { what: 'the folder does not exist', hint: 'Create the folder, or correct the path.' },
  ENOTDIR: { hint: 'Correct the path.' },
  EACCES: { hint: ACCESS },
  EPERM: { hint: ACCESS },
  EROFS: { hint: 'Use a file on a writable file system.' },
  ELOOP: { what: 'its symbolic links form a loop', hint: 'Correct the links.' },
  EBUSY: {
    what: 'it is in use or a mount point',
    hint: 'If the file is mounted, mount its folder instead.',
  },
  ETXTBSY: { what: 'it is in use', hint: 'Run it again later.' },
  ENAMETOOLONG: {
    what: 'the file name is too long',
    hint: 'Choose a shorter one: temporary files add some characters to it.',
  },
};

/** @param code the operating system's; undefined if the error has none */
export const fileFailed = (id: string, code: string | undefined, effect: Effect): KeyturnError => {
  const otherwise = 'Check the file and its folder, then run it again.';
  const { what, hint } = fileProblem(code, problems, otherwise);
  return new KeyturnError('FILE_FAILED', `${id}: ${what}`, { hint, effect });
};

export const ownedByOther = (id: string): KeyturnError =>
  notWritable(
    id,
    'it belongs to another user',
    'Run keyturn as that user, or change the owner of the file.',
  );

export const groupForeign = (id: string): KeyturnError =>
  notWritable(
    id,
    'you are not a member of its group',
    'Change its group to one of the user that runs keyturn.',
  );

export const keepsChanging = (id: string): KeyturnError =>
  notWritable(id, 'another program keeps changing it', WRITER);

export const changedAfterwards = (id: string): KeyturnError =>
  new KeyturnError('FILE_FAILED', `${id}: another program changed it right after the delivery`, {
    hint: WRITER,
  });

export const interrupted = (id: string): KeyturnError =>
  new KeyturnError('INTERRUPTED', `${id}: interrupted before anything was written`, {
    hint: 'Run it again.',
    effect: 'none',
  });

// The lock beside the file.

/** @param host undefined for a process on this machine */
export const processNamed = (pid: number, host?: string): string =>
  host === undefined ? `process ${pid}` : `process ${pid} on ${host}`;

/**
 * @param holder as {@link processNamed} returns it
 * @param waited milliseconds
 */
export const lockHeld = (id: string, holder: string, waited: number): KeyturnError =>
  notWritable(
    id,
    `the lock is still held by ${holder} after ${waited / 1000} s`,
    `Wait until ${holder} has ended, or end it; then run it again.`,
  );

export const lockNotRemovable = (id: string, pid: number, path: string): KeyturnError =>
  notWritable(
    id,
    `cannot remove the lock of process ${pid}, which has ended`,
    `Remove ${path} as the user that owns it.`,
  );

export const lockForeign = (id: string, path: string): KeyturnError =>
  unsafe(id, `${path} is not part of a lock`, 'Remove it.');

export const lockBlocked = (id: string, path: string): KeyturnError =>
  unsafe(id, `${path} is in the way of the lock`, 'Remove it.');

export const lockUnusable = (id: string, path: string): KeyturnError =>
  unsafe(id, `${path} cannot be used as the lock`, 'Remove that folder.');

// Warnings.

/** @param folder of the .envrc, from the working directory */
export const direnvBlocks = (folder: string): string =>
  `direnv blocks .envrc after each change: run \`direnv allow ${folder}\`, or use a separate file, which needs none: deliver to .envrc.local and load it with \`source_env_if_exists .envrc.local\`, or to .env and load it with \`dotenv\``;

export const readableByOthers = (path: string): string =>
  `other users of this machine can read it: run chmod 600 ${path}`;

export const hardLinked = (): string =>
  'it has more than one hard link: the other links keep the old values';

export const allGone = (): string =>
  'keyturn wrote there before, and nothing of it is left: if another machine with the same ledgers has this path too, its file holds a token that will be revoked; give each machine a rotation of its own';

export const notIgnored = (): string => 'git does not ignore it: it could be committed by accident';

function unsafe(id: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_UNSAFE', `${id}: ${what}`, { hint, effect: 'none' });
}

function notWritable(id: string, what: string, hint: string): KeyturnError {
  return new KeyturnError('FILE_FAILED', `${id}: ${what}`, { hint, effect: 'none' });
}
