import { removalError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { KeyReader } from './public-key.ts';

/** Removes secrets; one that is certainly not there is a success. */
export async function remove(
  client: Client,
  keys: KeyReader,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  const route = `DELETE ${client.target.scope.path}/{secret_name}`;
  const outcomes = await Promise.allSettled(
    names.map((name) => client.request(route, { secret_name: name }, options)),
  );
  const error = removalError(outcomes);
  if (error !== undefined) throw error;
  const answers = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' ? [outcome.value] : [],
  );
  for (const answer of answers)
    if (answer.status !== 204 && answer.status !== 404) throw await answer.error();
  // A 404 means "gone" only where the token can see the scope.
  if (answers.some(({ status }) => status === 404)) await keys.read(options);
}
