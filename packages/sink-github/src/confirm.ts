import {
  compareStamp,
  confirmationOf,
  type CallOptions,
  type Confirmation,
  type Proof,
} from '@keyturn/core';

import type { KeyReader } from './public-key.ts';
import { RESOLUTION, type Stored } from './stored.ts';

/** A name that was delivered. */
export interface Delivered {
  /** As in the receipt. */
  readonly name: string;
  /** Its name on GitHub, which differs in slots. */
  readonly secret: string;
}

/**
 * Compares the stamp that GitHub shows for each secret with that of its delivery. GitHub shows no value, so without stamps only a
 * missing secret can be detected.
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
  const verdicts = delivered.map(({ name, secret }) => {
    const shown = found.get(secret);
    return shown === undefined ? 'absent' : compareStamp(name, shown.updatedAt, proof, RESOLUTION);
  });
  // A 404 means "gone" only if the token can see the scope.
  if (verdicts.includes('absent') && !found.isCertain) await keys.read(options);
  return confirmationOf(verdicts);
}
