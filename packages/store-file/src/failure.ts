import { codeOf, type Effect, hasCode, KeyturnError } from '@keyturn/core';

import { storeFailed } from './messages.ts';

/** For `catch`: turns an error of the operating system with one of these codes into undefined. */
export function ignore(...codes: readonly string[]) {
  return (error: unknown): undefined => {
    if (!hasCode(error, ...codes)) throw error;
    return undefined;
  };
}

/** A `STATE_FAILED` for an error of the operating system, of which it keeps only the code. A `KeyturnError` is returned as it is. */
export function failure(path: string, error: unknown, effect: Effect = 'none'): KeyturnError {
  if (KeyturnError.is(error)) return error;
  return storeFailed(path, codeOf(error), effect);
}

/** Runs `action`; everything it throws becomes a `KeyturnError`. */
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
