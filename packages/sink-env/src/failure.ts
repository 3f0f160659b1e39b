import { type Effect, KeyturnError } from '@keyturn/core';

import { fileFailed } from './messages.ts';

/** Whether an error of the operating system has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** A `FILE_FAILED` for an error of the operating system, of which it keeps only the code. A `KeyturnError` is returned as it is. */
export function failure(id: string, error: unknown, effect: Effect = 'none'): KeyturnError {
  if (KeyturnError.is(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  return fileFailed(id, code, effect);
}
