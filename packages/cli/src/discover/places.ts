import type { DefaultNames, FoundUsage, Layout } from '@keyturn/core';
import { storedNames } from '@keyturn/core/unstable';

import { groupBy } from './group.ts';
import type { Kept } from './kept.ts';
import { layoutsOf, type FoundLayout } from './layouts.ts';
import { readEntry, type Entry, means, kindOf, type Session } from '@keyturn/host/session';

/** One credential in one place, or names there that are not recognized. */
export interface Place {
  readonly target: string;
  readonly kind: string;
  readonly found: FoundLayout | undefined;
  readonly names: readonly string[];
  /** When one of the names was last written, ISO 8601, if the platform shows it. */
  readonly updatedAt: string | undefined;
  /** The rotation of the configuration that writes it. */
  readonly rotation: string | undefined;
}

/** Groups what was found by place and credential, sorted by target. */
export async function placesOf(
  usages: readonly FoundUsage[],
  defaults: DefaultNames,
  kept: readonly Kept[],
  session: Session,
): Promise<Place[]> {
  const keepers = await keepersOf(kept, session);
  const byTarget = groupBy(usages, ({ target }) => target);
  const places: Place[] = [];
  for (const [target, stored] of [...byTarget].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const present = stored.map(({ name }) => name);
    const { layouts, rest } = layoutsOf(present, defaults);
    const add = async (names: readonly string[], found?: FoundLayout): Promise<void> => {
      const times = stored.flatMap((one) =>
        names.includes(one.name) ? (one.updatedAt ?? []) : [],
      );
      const keeper = found && (await keeperOf(target, found.layout, keepers, session));
      places.push({
        target,
        kind: kindOf(target),
        found,
        names,
        updatedAt: times.toSorted().at(-1),
        rotation: keeper?.name,
      });
    };
    for (const found of layouts) await add(found.names, found);
    if (rest.length > 0) await add(rest);
  }
  return places;
}

/** A rotation of the configuration, read once for all places. */
interface Keeper {
  readonly name: string;
  /** The names that it writes, in upper case. */
  readonly names: ReadonlySet<string>;
  /** The ids of its sinks that are not patterns. */
  readonly ids: ReadonlySet<string>;
  /** Its patterns and exclusions, in order. */
  readonly patterns: readonly Entry[];
}

async function keepersOf(kept: readonly Kept[], session: Session): Promise<Keeper[]> {
  return Promise.all(
    kept.map(async ({ rotation, layouts: stored }) => {
      const entries = await Promise.all(rotation.sinks.map((text) => readEntry(text, session)));
      const named = entries.filter(({ type }) => type === 'target');
      const sinks = await Promise.all(named.map(({ text }) => session.sink(text)));
      const names = stored.flatMap((layout) => storedNames(layout));
      return {
        name: rotation.name,
        names: new Set(names.map((name) => name.toUpperCase())),
        ids: new Set(sinks.map(({ id }) => id)),
        patterns: entries.filter(({ type }) => type !== 'target'),
      };
    }),
  );
}

/** The rotation that writes one of the names of the layout there. */
async function keeperOf(
  target: string,
  layout: Layout,
  keepers: readonly Keeper[],
  session: Session,
): Promise<Keeper | undefined> {
  const wanted = storedNames(layout).map((name) => name.toUpperCase());
  const { id } = await session.sink(target);
  for (const keeper of keepers) {
    if (!wanted.some((name) => keeper.names.has(name))) continue;
    if (keeper.ids.has(id) || (await isMeant(id, keeper.patterns, session))) return keeper;
  }
  return undefined;
}

/** Whether the patterns match the sink. Makes no request, so a filter is taken to match everything. */
async function isMeant(id: string, patterns: readonly Entry[], session: Session): Promise<boolean> {
  let meant = false;
  for (const entry of patterns)
    if (await means(entry, id, session)) meant = entry.type === 'pattern';
  return meant;
}
