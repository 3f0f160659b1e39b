import { createHash } from 'node:crypto';

/** A made-up secret that is always the same for a name: 43 characters, as PlanetScale's are. */
export function plaintext(name: string): string {
  return createHash('sha256').update(`keyturn sandbox ${name}`).digest('base64url');
}

/** The same as hexadecimal digits, for formats that allow no others. */
export function hexadecimal(name: string, length: number): string {
  return createHash('sha256').update(`keyturn sandbox ${name}`).digest('hex').slice(0, length);
}

const DAY = 24 * 60 * 60 * 1000;

/** The time some days before another, ISO 8601. */
export const daysBefore = (now: number, days: number): string =>
  new Date(now - days * DAY).toISOString();
