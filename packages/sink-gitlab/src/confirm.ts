import { reveal, type CallOptions, type Confirmation, type Expectation } from '@keyturn/core';

import type { Client } from './client.ts';
import { lookAll } from './look.ts';

/** Compares values. What is hidden, or expected without a value, cannot be told apart from something else. */
export async function confirm(
  client: Client,
  expected: readonly Expectation[],
  options: CallOptions,
): Promise<Confirmation> {
  const stored = await lookAll(
    client,
    expected.map(({ name }) => name),
    options,
  );
  const absent = stored.filter((variable) => variable === undefined).length;
  if (absent > 0) return absent === stored.length ? 'absent' : 'different';
  const pairs = expected.map(({ value }, i) => ({ value, found: stored[i]?.value }));
  const comparable = pairs.filter(({ value, found }) => value !== undefined && found !== undefined);
  if (comparable.some(({ value, found }) => reveal(value ?? '') !== found)) return 'different';
  return comparable.length > 0 && comparable.length === pairs.length ? 'same' : 'unreadable';
}
