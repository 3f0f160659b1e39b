import type { AdapterContext, SecretSink } from '@keyturn/core';
import { adapterContext, virtualClock } from '@keyturn/core/testing';
import { createFetch } from '@keyturn/http';

import circleciSink from '../src/index.ts';

export const TOKEN = 'CCIPAT_CANARYcanaryCANARYcanary';
export const NOW = Date.parse('2026-11-24T12:00:00.000Z');
export const call = { signal: new AbortController().signal };

/** What the host gives, with a clock that nobody waits for. */
export function contextFor(url: string, changes: Partial<AdapterContext> = {}): AdapterContext {
  const env = { CIRCLE_HOST: url, CIRCLECI_TOKEN: TOKEN };
  const context = adapterContext({ env, clock: virtualClock(NOW), ...changes });
  return { ...context, fetch: createFetch(context), ...changes };
}

export function openSink(
  target: string,
  url: string,
  changes?: Partial<AdapterContext>,
): Promise<SecretSink> {
  return circleciSink.open(target, contextFor(url, changes));
}
