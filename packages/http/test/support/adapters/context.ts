import type { AdapterContext } from '@keyturn/core';
import { virtualClock, type VirtualClock } from '@keyturn/core/testing';

import { createFetch } from '../../../src/index.ts';

export const START = Date.parse('2026-11-24T09:00:00.000Z');

/** What the host gives an adapter: requests go through this package, over real sockets. */
export function contextOf(
  env: AdapterContext['env'],
  clock: VirtualClock = virtualClock(START),
): { context: AdapterContext; close: () => Promise<void> } {
  const random = (): number => 0.5;
  const http = createFetch({ clock, random, env: {}, retries: 2 });
  const context = { env, fetch: http, clock, random, directory: '/', allow: new Set<string>() };
  return { context, close: () => http.close() };
}
