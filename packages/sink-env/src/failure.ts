import { codeOf, type Effect, KeyturnError } from '@keyturn/core';

import { fileFailed } from './messages.ts';

/** A `FILE_FAILED` for an error of the operating system, of which it keeps only the code. A `KeyturnError` is returned as it is. */
export function failure(id: string, error: unknown, effect: Effect = 'none'): KeyturnError {
  if (KeyturnError.is(error)) return error;
  return fileFailed(id, codeOf(error), effect);
}
