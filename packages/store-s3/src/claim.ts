import { randomBytes } from 'node:crypto';

import type { Call } from './client.ts';
import type { Means } from './means.ts';

/** Claims a key permanently: whoever creates its object has claimed it, and the object stays. Its name is the key's hash. */
export async function claim(
  { objects, keys }: Means,
  rotation: string,
  key: string,
  call: Call,
): Promise<boolean> {
  const by = randomBytes(16).toString('hex');
  const text = `${JSON.stringify({ keyturn: 1, rotation, key, by })}\n`;
  const { written } = await objects.create(keys.claim(rotation, key), text, call);
  return written;
}
