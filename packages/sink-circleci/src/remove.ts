import { removeInTurn, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import { readVariables } from './variables.ts';

/** Removes variables one by one; a variable that certainly does not exist counts as removed. */
export async function remove(
  client: Client,
  places: PlaceReader,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  const path = await places.known(options);
  const removeOne = async (name: string): Promise<'removed' | 'missing'> => {
    const answer = await client.send({ method: 'DELETE', path: `${path}/${name}` }, options);
    if (answer.status === 404) return 'missing';
    if (answer.status !== 200) throw await answer.error();
    return 'removed';
  };
  // A 404 means "gone" only if the token can see the place.
  await removeInTurn(names, removeOne, () => readVariables(client, path, options));
}
