import { KeyturnError, type CallOptions } from '@keyturn/core';

import type { Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import { readVariables } from './variables.ts';

/**
 * Removes variables, all at once; one that is certainly not there is a success.
 *
 * @throws {KeyturnError} with the effect `none` only if every removal was certainly refused
 */
export async function remove(
  client: Client,
  places: PlaceReader,
  names: readonly string[],
  options: CallOptions,
): Promise<void> {
  const path = await places.known(options);
  const removeOne = async (name: string): Promise<'gone' | 'missing'> => {
    const answer = await client.send({ method: 'DELETE', path: `${path}/${name}` }, options);
    if (answer.status === 404) return 'missing';
    if (answer.status !== 200) throw await answer.error();
    return 'gone';
  };
  // Each is waited for: a request that is still under way when the call ends would land unnoticed.
  const outcomes = await Promise.allSettled(names.map(removeOne));
  const mayBeGone = outcomes.some(mayHaveRemoved);
  try {
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    // A 404 means "gone" only where the token can see the place.
    if (outcomes.some((outcome) => outcome.status === 'fulfilled' && outcome.value === 'missing'))
      await readVariables(client, path, options);
  } catch (error) {
    throw mayBeGone ? withEffect(error) : error;
  }
}

const mayHaveRemoved = (outcome: PromiseSettledResult<'gone' | 'missing'>): boolean =>
  outcome.status === 'fulfilled'
    ? outcome.value === 'gone'
    : !(KeyturnError.is(outcome.reason) && outcome.reason.effect === 'none');

/** What one request says of itself does not hold for all of them. */
function withEffect(error: unknown): unknown {
  if (!KeyturnError.is(error)) return error;
  const { code, message, hint } = error;
  return new KeyturnError(code, message, {
    ...(hint !== undefined && { hint }),
    effect: 'unknown',
  });
}
