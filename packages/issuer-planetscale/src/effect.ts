import { withEffect } from '@keyturn/core';

/** For reading after a change: its own failure changes nothing, but the change before it may have happened. */
export async function afterChange<Result>(reading: Promise<Result>): Promise<Result> {
  try {
    return await reading;
  } catch (error) {
    throw withEffect(error, 'unknown');
  }
}
