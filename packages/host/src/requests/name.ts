import { createHash } from 'node:crypto';

import type { TokenIssuer } from '@keyturn/core';

import { readEntry } from './entry.ts';
import type { Session } from '../session/session.ts';

/**
 * Names a rotation after what it rotates: readable, and different for every issuer and set of targets. A pattern counts as written:
 * what it matches changes, but the name of the ledger must not.
 */
export async function nameOf(
  issuer: TokenIssuer,
  targets: readonly string[],
  session: Session,
): Promise<string> {
  const ids = await Promise.all(
    targets.map(async (target) => {
      const { type } = await readEntry(target, session);
      return type === 'target' ? (await session.sink(target)).id : target;
    }),
  );
  const sorted = ids.toSorted();
  const hash = createHash('sha256')
    .update([issuer.id, ...sorted].join('\n'))
    .digest('hex')
    .slice(0, 8);
  const readable = sorted
    .join('-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, 40);
  return `${readable}-${hash}`;
}
