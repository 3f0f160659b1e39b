import { createHash } from 'node:crypto';

import type { Random } from '../../contracts/runtime.ts';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const MOST = 20;

/**
 * A label for a new token: readable in the issuer's list, unique, so that the token can be found by it, and the rotation's own, so
 * that it can be told from everybody else's.
 *
 * `keyturn-ci-github-20261124T093015Z-k3v9x0q2`
 */
export function newLabel(rotation: string, now: number, random: Random): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const suffix = Array.from(
    { length: 8 },
    () => ALPHABET[Math.floor(random() * ALPHABET.length)],
  ).join('');
  return `${prefixOf(rotation)}${time}-${suffix}`;
}

/** Whether keyturn gives such a label to tokens of this rotation, and of no other. */
export function isLabelOf(label: string, rotation: string): boolean {
  const prefix = prefixOf(rotation);
  return label.startsWith(prefix) && /^\d{8}T\d{6}Z-[a-z0-9]{8}$/.test(label.slice(prefix.length));
}

/** A name that a label cannot hold as it is gets its hash, so that two rotations never share a label. */
function prefixOf(rotation: string): string {
  const name = rotation.replaceAll(/[^A-Za-z0-9]+/g, '-');
  if (name === rotation && name.length <= MOST) return `keyturn-${name}-`;
  const hash = createHash('sha256').update(rotation).digest('hex').slice(0, 6);
  return `keyturn-${name.slice(0, MOST - hash.length - 1)}-${hash}-`;
}
