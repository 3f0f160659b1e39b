import {
  reveal,
  type CallOptions,
  type Confirmation,
  type Expectation,
  type Receipt,
} from '@keyturn/core';

import type { Client } from './client.ts';
import type { PlaceReader } from './place.ts';
import type { Variable } from './scopes.ts';
import { compareTail } from './tail.ts';
import { readVariables } from './variables.ts';

/**
 * Compares what CircleCI shows with what was delivered. Another end is another value; the same end proves nothing, so
 * «same» also takes a last write that is not later than the receipt. Projects tell no such time.
 */
export async function confirm(
  client: Client,
  places: PlaceReader,
  expected: readonly Expectation[],
  receipt: Receipt | undefined,
  options: CallOptions,
): Promise<Confirmation> {
  const variables = await readVariables(client, await places.known(options), options);
  const found = expected.map((one) => ({ ...one, variable: variables.get(one.name) }));
  const absent = found.filter(({ variable }) => variable === undefined).length;
  if (absent > 0) return absent === found.length ? 'absent' : 'different';
  const limit = limitOf(receipt);
  const verdicts = found.map(({ value, variable }) => {
    if (value !== undefined && compareTail(reveal(value), variable?.tail) === 'other')
      return 'different';
    return byTime(variable, limit);
  });
  if (verdicts.includes('different')) return 'different';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'same')
    ? 'same'
    : 'unreadable';
}

function byTime(variable: Variable | undefined, limit: number): Confirmation {
  const time = Date.parse(variable?.updatedAt ?? '');
  if (time > limit) return 'different';
  return time <= limit ? 'same' : 'unreadable';
}

/** The last moment that the receipt may stand for; NaN without one. The time of an answer's header is cut to whole seconds. */
function limitOf(receipt: Receipt | undefined): number {
  const at = Date.parse(receipt?.at ?? '');
  return at % 1000 === 0 ? at + 999 : at;
}
