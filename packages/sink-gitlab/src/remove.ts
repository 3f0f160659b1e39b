import { removalError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';
import { isMissing } from './variable.ts';

/** Removes variables; one that is certainly not there is a success. */
export async function remove(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  // A server that ignores the scope would remove another environment's variable: looking finds it out.
  const looks = await lookAll(client, names, options);
  const outcomes = await Promise.allSettled(
    names
      .filter((_, i) => looks[i]?.stored !== undefined)
      .map((name) =>
        client.request(
          { what: `removing ${name}`, writes: true },
          (api) => api.remove(name),
          options,
        ),
      ),
  );
  const error = removalError(outcomes);
  if (error !== undefined) throw error;
  for (const outcome of outcomes)
    if (outcome.status === 'fulfilled') {
      const { value: answer } = outcome;
      if (answer.status !== 204 && !isMissing(answer)) throw await answer.error();
    }
}
