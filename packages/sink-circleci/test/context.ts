import { KeyturnError, type AdapterContext, type SecretSink } from '@keyturn/core';
import { createFetch } from '@keyturn/http';

import circleciSink from '../src/index.ts';

export const TOKEN = 'CCIPAT_CANARYcanaryCANARYcanary';
export const NOW = Date.parse('2026-11-24T12:00:00.000Z');
export const call = { signal: new AbortController().signal };

/** What the host gives, with a clock that nobody waits for. */
export function contextFor(url: string, changes: Partial<AdapterContext> = {}): AdapterContext {
  const env = { CIRCLE_HOST: url, CIRCLECI_TOKEN: TOKEN };
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const random = (): number => 0.5;
  const fetch = createFetch({ env, clock, random });
  return { env, clock, random, fetch, directory: '/', allow: new Set(), ...changes };
}

export function openSink(
  target: string,
  url: string,
  changes?: Partial<AdapterContext>,
): Promise<SecretSink> {
  return circleciSink.open(target, contextFor(url, changes));
}

/** The error that a call rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<KeyturnError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (KeyturnError.is(error)) return error;
  throw new Error('no KeyturnError was thrown', { cause: error });
}
