import { withEffect } from '@keyturn/core';

/** For a read after a change: the read itself changes nothing, but the change before it may have happened. */
export async function afterChange<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw withEffect(error, 'unknown');
  }
}
