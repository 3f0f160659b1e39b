import { samePlace } from '../../messages.ts';
import { overlap } from '../../ledger/place.ts';
import type { Run } from './run.ts';

/**
 * Two targets that mean one place would be written twice, and each would be thought to hold what the other was given.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseTwins(run: Run): void {
  const seen = new Map<string, string>();
  for (const [id, place] of run.places) {
    if (place.thing === undefined) continue;
    const key = JSON.stringify([place.server, place.thing]);
    const other = seen.get(key);
    const others = other === undefined ? undefined : run.places.get(other);
    if (other !== undefined && others !== undefined && overlap(place, others))
      throw samePlace(other, id);
    seen.set(key, id);
  }
}
