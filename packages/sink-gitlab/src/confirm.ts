import {
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
  const stored = looks.flatMap((one) => (one.stored === undefined ? [] : [one.stored]));
  if (stored.length < expected.length) return stored.length === 0 ? 'absent' : 'different';
  const stamps = new Map(Object.entries(receipt?.stamps ?? {}));
  const verdicts = expected.map(({ name, value }, i) =>
    compare(stored[i]?.value, value === undefined ? undefined : reveal(value), stamps.get(name)),
  );
  if (verdicts.includes('different')) return 'different';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'same')
    ? 'same'
    : 'unreadable';
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
