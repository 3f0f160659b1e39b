import type { CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import { readVariables } from './variables.ts';

/** Removes variables; one that is certainly not there is a success. */
export async function remove(
  client: Client,
  places: PlaceReader,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  const path = await places.known(options);
  const answers = await Promise.all(
    names.map((name) => client.send({ method: 'DELETE', path: `${path}/${name}` }, options)),
  );
  for (const answer of answers)
    if (answer.status !== 200 && answer.status !== 404) throw await answer.error();
  // A 404 means "gone" only where the token can see the place.
  if (answers.some(({ status }) => status === 404)) await readVariables(client, path, options);
}
