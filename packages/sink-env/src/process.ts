import process from 'node:process';

import { hasCode } from './failure.ts';

/** The number of this process. */
export const pid = process.pid;

/** Whether no process has that number; one of another user is there too. */
export function isGone(other: number): boolean {
  try {
    process.kill(other, 0);
    return false;
  } catch (error) {
    return hasCode(error, 'ESRCH');
  }
}

/** Whether files of this user can be written as theirs. Windows has no user numbers. */
export function mayWriteAs(uid: number): boolean {
  const own = process.geteuid?.();
  return own === undefined || own === 0 || own === uid;
}
