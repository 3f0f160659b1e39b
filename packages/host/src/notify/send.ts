import type { Fetch, FetchInit } from '@keyturn/core';
import { createFetch, type HttpFetch } from '@keyturn/http';

import { channelRejected } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long one endpoint may take, in milliseconds. */
const DEADLINE = 5000;

/** For endpoints that nothing depends on: no retries. */
export function openFetch({ env, clock, random }: Surroundings): HttpFetch {
  return createFetch({
    env,
    clock,
    random,
    retries: 0,
    maxWaitMs: 0,
    maxBytes: 64 * 1024,
    deadlines: { connectMs: DEADLINE, headersMs: DEADLINE, totalMs: DEADLINE },
  });
}

/**
 * Sends one request.
 *
 * @param to the address, which might be secret, and its name in traces
 * @throws {KeyturnError} if it was not accepted
 */
export async function send(
  { url, name }: { readonly url: string; readonly name: string },
  init: FetchInit & { readonly method: string },
  { clock, trace }: Surroundings,
  fetch: Fetch,
): Promise<void> {
  const began = clock.now();
  let status = 'no response';
  try {
    status = String((await fetch(url, init)).status);
  } finally {
    trace?.('request', `${init.method} to ${name} ${status}, ${clock.now() - began} ms`);
  }
  if (!status.startsWith('2')) throw channelRejected(status);
}
