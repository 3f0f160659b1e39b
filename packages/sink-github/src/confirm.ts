import type { CallOptions, Confirmation, Expectation, Receipt } from '@keyturn/core';

import type { Answer, Client } from './client.ts';
import type { KeyReader } from './public-key.ts';
import { timeOf } from './time.ts';

/** GitHub shows whole seconds, and the clocks that stamp a secret and an answer are two. */
export const TOLERANCE = 1000;

/**
 * Compares when each secret was last written with when the delivery was answered. GitHub shows no value, so
 * without a receipt nothing can be told but that a secret is missing.
 */
export async function confirm(
  client: Client,
  keys: KeyReader,
  expected: readonly Expectation[],
  receipt: Receipt | undefined,
  options: CallOptions,
): Promise<Confirmation> {
  const route = `GET ${client.target.scope.path}/{secret_name}`;
  const answers = await Promise.all(
    expected.map(({ name }) => client.request(route, { secret_name: name }, options)),
  );
  for (const answer of answers)
    if (answer.status !== 200 && answer.status !== 404) throw await answer.error();
  const absent = answers.filter(({ status }) => status === 404).length;
  if (absent > 0) {
    // A 404 means "gone" only where the token can see the scope.
    await keys.read(options);
    return absent === answers.length ? 'absent' : 'different';
  }
  if (receipt === undefined) return 'unreadable';
  const limit = Date.parse(receipt.at) + TOLERANCE;
  const writtenAt = answers.map(updatedAt);
  if (writtenAt.some((time) => time > limit)) return 'different';
  return writtenAt.length > 0 && writtenAt.every((time) => time <= limit) ? 'same' : 'unreadable';
}

/** NaN where it is missing, as it can be shortly after a secret was created. */
function updatedAt({ data }: Answer): number {
  return timeOf((data as { updated_at?: unknown } | null)?.updated_at);
}
