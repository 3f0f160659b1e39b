import { removalError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';
import { isMissing } from './variable.ts';

/** Removes variables, one after the other: the first that fails is the last. One that is certainly not there is a success. */
export async function remove(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  // A server that ignores the scope would remove another environment's variable: looking finds it out.
  const looks = await lookAll(client, names, options);
  const outcomes: PromiseSettledResult<void>[] = [];
  for (const name of names.filter((_, i) => looks[i]?.stored !== undefined)) {
    // oxlint-disable-next-line eslint/no-await-in-loop -- each asks for the right to write after the one before has ended
    outcomes.push(...(await Promise.allSettled([removeOne(client, name, options)])));
    const error = removalError(outcomes);
    if (error !== undefined) throw error;
  }
}

async function removeOne(client: Client, name: string, options: CallOptions): Promise<void> {
  const request = { what: `removing ${name}`, writes: true };
  const answer = await client.request(request, (api) => api.remove(name), options);
  if (answer.status !== 204 && !isMissing(answer)) throw await answer.error();
}
