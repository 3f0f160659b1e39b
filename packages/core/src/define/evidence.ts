import { createHash, randomBytes } from 'node:crypto';

import { reveal, type Secret } from '../contracts/secret.ts';
import type { Confirmation, Proof } from '../contracts/sink.ts';

/** For {@link Proof.since}: other writes might have taken effect at any time. */
export const ANY_TIME = new Date(0).toISOString();

/**
 * Whether any other write since `proof.since` would have a different stamp, so that an equal stamp proves that there was none.
 * Two times are only distinct if they are from the same clock, and differ by more than twice its resolution.
 *
 * @param resolution the coarser resolution of the stamps and the clock, in milliseconds
 */
function showsLaterWrites({ receipt, since }: Proof, resolution: number): boolean {
  if (since === undefined) return true;
  const distance = Date.parse(since) - Date.parse(receipt?.clock ?? '');
  return distance > 2 * resolution;
}

/**
 * Compares the stamp that the platform shows for a name now with the one of the receipt.
 *
 * @param resolution the coarser resolution of the stamps and the clock, in milliseconds: an equal stamp only proves something if
 *   no other write is within twice of it
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

/** What the confirmations of several names say of all together. `absent` is said of all names only. */
export function confirmationOf(names: readonly Confirmation[]): Confirmation {
  if (names.length === 0) return 'unreadable';
  if (names.every((one) => one === 'absent')) return 'absent';
  if (names.some((one) => one === 'absent' || one === 'different')) return 'different';
  return names.includes('unreadable') ? 'unreadable' : 'same';
}

const SALT_BYTES = 6;
const DIGITS = 12;

/**
 * Makes a stamp of a value that the platform shows, to recognize the value later without its plaintext. The stamp is a
 * salted hash of 48 bits, or fewer with `bits`: too few to guess a generated credential.
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

/** Whether a {@link fingerprint} matches a value. */
export function matches(stamp: string, value: Secret | string): boolean {
  const [salt = '', hash = ''] = stamp.split(':');
  return hash !== '' && fingerprint(value, 4 * hash.length, salt) === stamp;
}
