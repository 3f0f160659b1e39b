import { KeyturnError } from '@keyturn/core';
import { onTestFinished } from 'vitest';

import { createFetch, type HttpFetch, type HttpOptions } from '../../src/index.ts';
import { VirtualClock } from './clock.ts';

let usual: Partial<HttpOptions> = {};

/** From now on, fetches send with undici from their first request on, as a fan-out does after a while. */
export function sendWithUndici(): void {
  usual = { few: 0 };
}

export function sendAsUsual(): void {
  usual = {};
}

/** A fetch with virtual time, closed when the test ends. Half of each backoff is slept. */
export function http(options: Partial<HttpOptions> = {}): {
  fetch: HttpFetch;
  clock: VirtualClock;
} {
  const clock = new VirtualClock();
  const fetch = createFetch({ clock, random: () => 0.5, env: {}, ...usual, ...options });
  onTestFinished(() => fetch.close());
  return { fetch, clock };
}

/** Returns the error of a promise that must fail with one of ours. */
export async function failure(promise: Promise<unknown>): Promise<KeyturnError> {
  try {
    await promise;
  } catch (error) {
    if (KeyturnError.is(error)) return error;
    throw new Error('not a KeyturnError', { cause: error });
  }
  throw new Error('it did not fail');
}
