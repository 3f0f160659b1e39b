import {
  confirmationOf,
  matches,
  reveal,
  type CallOptions,
  type Confirmation,
  type Expectation,
  type Proof,
} from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';

/**
 * Compares values, or the receipt's stamps of values that are no longer known. Both detect any other write, whenever it landed. A hidden
 * value cannot be compared.
 */
export async function confirm(
  client: Client,
  expected: readonly Expectation[],
  { receipt }: Proof,
  options: CallOptions,
): Promise<Confirmation> {
  const looks = await lookAll(
    client,
    expected.map(({ name }) => name),
    options,
  );
  const stamps = new Map(Object.entries(receipt?.stamps ?? {}));
  const verdicts = expected.map(({ name, value }, i) => {
    const stored = looks[i]?.stored;
    if (stored === undefined) return 'absent';
    return compare(stored.value, value === undefined ? undefined : reveal(value), stamps.get(name));
  });
  return confirmationOf(verdicts);
}

function compare(
  found: string | undefined,
  value: string | undefined,
  stamp: string | undefined,
): Confirmation {
  if (found === undefined) return 'unreadable';
  if (value !== undefined) return value === found ? 'same' : 'different';
  if (stamp === undefined) return 'unreadable';
  return matches(stamp, found) ? 'same' : 'different';
}
