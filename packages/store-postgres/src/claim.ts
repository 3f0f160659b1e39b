import { randomBytes } from 'node:crypto';

import { encodeName } from './names.ts';
import type { Session } from './session.ts';
import type { Tables } from './tables.ts';

/** A name for one claim, by which it is found again if its answer is lost. */
export function newClaimant(): string {
  return randomBytes(16).toString('hex');
}

/** Claims a key, or finds out who did. Safe to repeat with the same claimant. */
export async function claim(
  session: Session,
  { claims }: Tables,
  rotation: string,
  key: string,
  claimant: string,
): Promise<boolean> {
  const values = [encodeName(rotation), encodeName(key)];
  await session.run(
    `insert into ${claims} (rotation, key, claimant) values ($1, $2, $3) on conflict do nothing`,
    [...values, claimant],
  );
  const [row] = await session.run(
    `select claimant from ${claims} where rotation = $1 and key = $2`,
    values,
  );
  return row?.['claimant'] === claimant;
}
