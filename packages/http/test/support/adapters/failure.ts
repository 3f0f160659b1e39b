import { inspect } from 'node:util';

import { KeyturnError } from '@keyturn/core';
import { expect } from 'vitest';

/** The error of a promise that must fail with one of ours; none of them may hold a secret or a control character. */
export async function failure(promise: Promise<unknown>): Promise<KeyturnError> {
  const error = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!KeyturnError.is(error)) throw new Error('not a KeyturnError', { cause: error });
  const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error);
  expect(shown).not.toMatch(/CANARY|glpat-\w/);
  expect(`${error.message}${error.hint}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  return error;
}
