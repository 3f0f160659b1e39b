import type { Random } from '../runtime.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A label for a new token: readable in the issuer's list, and unique, so that the token can be found by it.
 *
 * `keyturn-ci-github-20261124T093015Z-k3v9x0q2`
 */
export function newLabel(rotation: string, now: number, random: Random): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const suffix = Array.from(
    { length: 8 },
    () => ALPHABET[Math.floor(random() * ALPHABET.length)],
  ).join('');
  const name = rotation.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 20);
  return `keyturn-${name}-${time}-${suffix}`;
}
