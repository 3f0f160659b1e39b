import { KeyturnError } from '@keyturn/core';

/** For reading after a change: its own failure changes nothing, but the change before it may have happened. */
export async function afterChange<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    if (!KeyturnError.is(error)) throw error;
    const { code, message, hint } = error;
    // oxlint-disable-next-line eslint/preserve-caught-error -- a KeyturnError never has a cause
    throw new KeyturnError(code, message, {
      ...(hint !== undefined && { hint }),
      effect: 'unknown',
    });
  }
}
