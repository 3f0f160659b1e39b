import { removeInTurn, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';
import { requests } from './messages.ts';
import { isMissing } from './variable.ts';

/** Removes variables one by one; a variable that certainly does not exist counts as removed. */
export async function remove(
  client: Client,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  // A server that ignores the scope would remove the variable of another environment: reading detects this, and proves that the place is visible.
  const looks = await lookAll(client, names, options);
  const there = names.filter((_, i) => looks[i]?.stored !== undefined);
  const removeOne = async (name: string): Promise<'removed' | 'missing'> => {
    const request = { what: requests.removeVariable(name), writes: true };
    const answer = await client.request(request, (api) => api.remove(name), options);
    if (answer.status === 204) return 'removed';
    if (isMissing(answer)) return 'missing';
    throw await answer.error();
  };
  await removeInTurn(there, removeOne, () => Promise.resolve());
}
