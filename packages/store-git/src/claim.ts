import { createHash } from 'node:crypto';

import type { Branch } from './branch.ts';
import { namesOf } from './files.ts';

/**
 * Claims a key permanently: whoever pushes its file first has claimed it, and the file stays. Its name is the key's hash; its content
 * is for people.
 */
export async function claim(
  branch: Branch,
  rotation: string,
  key: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { claims, encoded } = namesOf(rotation);
  const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
  const { result } = await branch.change({
    about: () => `${encoded} claim`,
    signal,
    async plan(draft) {
      if (await draft.has(claims, name, signal)) return false;
      draft.write(`${claims}/${name}`, Buffer.from(`${key}\n`));
      return true;
    },
  });
  return result;
}
