import { removeInTurn, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { KeyReader } from './public-key.ts';

/** Removes secrets one by one; a secret that certainly does not exist counts as removed. */
export async function remove(
  client: Client,
  keys: KeyReader,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  const route = `DELETE ${client.target.scope.path}/{secret_name}`;
  const removeOne = async (name: string): Promise<'removed' | 'missing'> => {
    const answer = await client.request(route, { secret_name: name }, options);
    if (answer.status === 204) return 'removed';
    if (answer.status === 404) return 'missing';
    throw await answer.error();
  };
  // A 404 means "gone" only if the token can see the scope.
  await removeInTurn(names, removeOne, () => keys.read(options));
}
