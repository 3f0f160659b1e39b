import { removeInTurn, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';
import { isMissing } from './variable.ts';

/** Removes variables, one after the other; one that is certainly not there is a success. */
export async function remove(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  // A server that ignores the scope would remove another environment's variable: looking finds it out, and that the place is seen.
  const looks = await lookAll(client, names, options);
  const there = names.filter((_, i) => looks[i]?.stored !== undefined);
  const removeOne = async (name: string): Promise<'removed' | 'missing'> => {
    const request = { what: `removing ${name}`, writes: true };
    const answer = await client.request(request, (api) => api.remove(name), options);
    if (answer.status === 204) return 'removed';
    if (isMissing(answer)) return 'missing';
    throw await answer.error();
  };
  await removeInTurn(there, removeOne, () => Promise.resolve());
}
