import { layoutNames } from '../../layout/layout.ts';
import { isSameThing, overlap } from '../../ledger/place.ts';
import { holders } from '../../ledger/state.ts';
import { samePlace, slotShared, slotSplit } from '../../messages.ts';
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

/**
 * A variable decides which slot jobs read under all names. If names are replaced by others and the variable stays, its next flip would
 * give jobs that read the old names what was replaced there before. Likewise if names stay and the variable is replaced.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseSharedSlot({ places, ledger }: Run): void {
  for (const [id, place] of places) {
    const { layout } = place;
    if (layout.kind !== 'slots') continue;
    const names = new Set(layoutNames(layout));
    for (const sink of ledger.state.sinks.values()) {
      const old = sink.place?.layout;
      if (sink.place === undefined || old?.kind !== 'slots') continue;
      if (!isSameThing(sink.place, place) || holders(sink).size === 0) continue;
      const left = layoutNames(old);
      const shared = left.filter((name) => names.has(name));
      const isSameSlot = old.slot === layout.slot;
      if (isSameSlot && shared.length === 0) throw slotShared(id, layout.slot, left);
      if (!isSameSlot && shared.length > 0) throw slotSplit(id, old.slot, shared);
    }
  }
}
