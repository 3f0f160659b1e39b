import { createHash } from 'node:crypto';

/** A fraction from 0 up to 1 that is always the same for a text, and evenly spread over many. */
export function fractionOf(text: string): number {
  return createHash('sha256').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * The age at which a fleet replaces a token: up to `jitter` of it earlier than the configuration says, by the rotation's name, and never
 * later. So tokens that were all issued in one day are not all due in one day.
 *
 * @param jitter a fraction from 0 to 1
 */
export function earlier(age: number, rotation: string, jitter: number): number {
  return Math.floor(age * (1 - jitter * fractionOf(rotation)));
}
