import { layoutNames } from '../../layout/layout.ts';
import { isSameThing, overlap, type SinkPlace } from '../../ledger/place.ts';
import { holders } from '../../ledger/state.ts';
import { samePlace, slotShared, slotSplit } from '../../messages.ts';
import type { Run } from './run.ts';

/**
 * Two targets that mean one place would be written twice, and each would be thought to hold what the other was given.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`
 */
export function refuseTwins(run: Run): void {
  const seen = new Map<string, (readonly [id: string, SinkPlace])[]>();
  for (const [id, place] of run.places) {
    if (place.thing === undefined) continue;
    const there = seen.get(place.thing) ?? [];
    const twin = there.find(([, other]) => overlap(place, other));
    if (twin !== undefined) throw samePlace(twin[0], id);
    seen.set(place.thing, [...there, [id, place]]);
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
      const { place: before } = sink;
      if (before?.layout.kind !== 'slots') continue;
      if (!isSameThing(before, place) || holders(sink).size === 0) continue;
      const old = before.layout;
      const left = layoutNames(old);
      const shared = left.filter((name) => names.has(name));
      const isSameSlot = old.slot === layout.slot;
      if (isSameSlot && shared.length === 0) throw slotShared(id, layout.slot, left);
      if (!isSameSlot && shared.length > 0) throw slotSplit(id, old.slot, shared);
    }
  }
}
