import {
  confirmationOf,
  reveal,
  type CallOptions,
  type Confirmation,
  type Expectation,
  type Proof,
} from '@keyturn/core';

import type { Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import { compareShown } from './stamp.ts';
import { compareTail } from './tail.ts';
import { readVariables } from './variables.ts';

/**
 * Compares what CircleCI shows with what was delivered. A different end means a different value, but the same end proves nothing: only a
 * context's variable that still has the stamp of that write is `same`.
 */
export async function confirm(
  client: Client,
  places: PlaceReader,
  expected: readonly Expectation[],
  proof: Proof,
  options: CallOptions,
): Promise<Confirmation> {
  const variables = await readVariables(client, await places.known(options), options);
  const verdicts = expected.map(({ name, value }): Confirmation => {
    const variable = variables.get(name);
    if (variable === undefined) return 'absent';
    const isOther = value !== undefined && compareTail(reveal(value), variable.tail) === 'other';
    return isOther ? 'different' : compareShown(client.target.kind, variable, proof);
  });
  return confirmationOf(verdicts);
}
