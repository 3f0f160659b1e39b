import { createHash, randomBytes } from 'node:crypto';

import { reveal, type Secret } from '../contracts/secret.ts';
import type { Confirmation, Proof } from '../contracts/sink.ts';

/** For {@link Proof.since}: other writes may have landed at any time. */
export const ANY_TIME = new Date(0).toISOString();

/**
 * Whether the platform's stamp of each write that may have landed besides differs from the receipt's, so that an equal stamp
 * proves that none has. Two moments tell writes apart only if one clock showed both, and only beyond twice its resolution.
 *
 * @param resolution of the stamps and of the clock, in milliseconds: whichever is coarser
 */
function showsLaterWrites({ receipt, since }: Proof, resolution: number): boolean {
  if (since === undefined) return true;
  const distance = Date.parse(since) - Date.parse(receipt?.clock ?? '');
  return distance > 2 * resolution;
}

/**
 * What the stamp that the platform shows under a name now says of the write that the receipt is of. `resolution` as for
 * {@link showsLaterWrites}.
 */
export function compareStamp(
  name: string,
  shown: string | undefined,
  proof: Proof,
  resolution: number,
): Confirmation {
  const stamps = proof.receipt?.stamps ?? {};
  const written = Object.hasOwn(stamps, name) ? stamps[name] : undefined;
  if (written === undefined || shown === undefined) return 'unreadable';
  if (written !== shown) return 'different';
  return showsLaterWrites(proof, resolution) ? 'same' : 'unreadable';
}

const SALT_BYTES = 6;
const DIGITS = 12;

/**
 * A stamp for a value that the platform shows: it recognises the value later, after its plaintext is gone. It keeps 48 bits of a
 * salted hash, or as few as `bits`, which tell nothing that helps to guess a credential made by a machine.
 */
export function fingerprint(
  value: Secret | string,
  bits = 4 * DIGITS,
  salt = randomBytes(SALT_BYTES).toString('hex'),
): string {
  const hash = createHash('sha256')
    .update(`${salt}:${reveal(value)}`)
    .digest('hex');
  return `${salt}:${hash.slice(0, Math.ceil(bits / 4))}`;
}

/** Whether a {@link fingerprint} is that of this value. */
export function matches(stamp: string, value: Secret | string): boolean {
  const [salt = '', hash = ''] = stamp.split(':');
  return hash !== '' && fingerprint(value, 4 * hash.length, salt) === stamp;
}
