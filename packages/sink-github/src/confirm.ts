import { compareStamp, type CallOptions, type Confirmation, type Proof } from '@keyturn/core';

import type { KeyReader } from './public-key.ts';
import { RESOLUTION, type Stored } from './stored.ts';

/** A name that was delivered. */
export interface Delivered {
  /** As the receipt has it. */
  readonly name: string;
  /** What it is called at GitHub, which differs in slots. */
  readonly secret: string;
}

/**
 * Compares the stamp that GitHub shows of each secret with that of its delivery. GitHub shows no value, so without stamps nothing can
 * be told but that a secret is missing.
 */
export async function confirm(
  stored: Stored,
  keys: KeyReader,
  delivered: readonly Delivered[],
  proof: Proof,
  options: CallOptions,
): Promise<Confirmation> {
  if (delivered.length === 0) return 'unreadable';
  const names = delivered.map(({ secret }) => secret);
  const found = await stored.find(names, options);
  const absent = names.filter((name) => found.get(name) === undefined);
  if (absent.length > 0) {
    // A 404 means "gone" only where the token can see the scope.
    if (!found.isCertain) await keys.read(options);
    return absent.length === names.length ? 'absent' : 'different';
  }
  const verdicts = delivered.map(({ name, secret }) =>
    compareStamp(name, found.get(secret)?.updatedAt, proof, RESOLUTION),
  );
  return (['different', 'unreadable'] as const).find((one) => verdicts.includes(one)) ?? 'same';
}
