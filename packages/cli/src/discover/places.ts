import { storedNames, type DefaultNames, type FoundUsage, type Layout } from '@keyturn/core';

import type { Config, RotationConfig } from '../config/index.ts';
import { readEntry } from '../setup/entry.ts';
import { layoutOf } from '../setup/layout.ts';
import { means } from '../setup/select.ts';
import { kindOf, type Session } from '../setup/session.ts';
import { groupBy } from './group.ts';
import { layoutsOf, type FoundLayout } from './layouts.ts';

/** One credential in one place, or names there that are not understood. */
export interface Place {
  readonly target: string;
  readonly kind: string;
  readonly found: FoundLayout | undefined;
  readonly names: readonly string[];
  /** When one of the names was last written, ISO 8601, where the platform shows it. */
  readonly updatedAt: string | undefined;
  /** The rotation of the configuration that keeps it. */
  readonly rotation: string | undefined;
}

/** Puts what was found together by place and credential, sorted by target. */
export async function placesOf(
  usages: readonly FoundUsage[],
  defaults: DefaultNames,
  config: Config | undefined,
  session: Session,
): Promise<Place[]> {
  const byTarget = groupBy(usages, ({ target }) => target);
  const places: Place[] = [];
  for (const [target, stored] of [...byTarget].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const present = stored.map(({ name }) => name);
    const { layouts, rest } = layoutsOf(present, defaults);
    const add = async (names: readonly string[], found?: FoundLayout): Promise<void> => {
      const times = stored.flatMap((one) =>
        names.includes(one.name) ? (one.updatedAt ?? []) : [],
      );
      const layout = found?.layout;
      const keeper =
        config && layout && (await keeperOf(target, layout, defaults, config, session));
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

/** The rotation that writes one of the layout's names there. */
async function keeperOf(
  target: string,
  layout: Layout,
  defaults: DefaultNames,
  { rotations }: Config,
  session: Session,
): Promise<RotationConfig | undefined> {
  const wanted = new Set(storedNames(layout).map((name) => name.toUpperCase()));
  for (const rotation of rotations) {
    const names = storedNames(layoutOf(rotation, defaults));
    if (!names.some((name) => wanted.has(name.toUpperCase()))) continue;
    if (await isAmong(target, rotation.sinks, session)) return rotation;
  }
  return undefined;
}

/** Whether a rotation's entries mean the target, without asking a platform: a filter's answer is not known, so it means all. */
async function isAmong(
  target: string,
  sinks: readonly string[],
  session: Session,
): Promise<boolean> {
  const { id } = await session.sink(target);
  let isMeant = false;
  for (const text of sinks) {
    const entry = await readEntry(text, session);
    if (entry.type === 'target' && (await session.sink(entry.text)).id === id) return true;
    if (entry.type !== 'target' && (await means(entry, id, session)))
      isMeant = entry.type === 'pattern';
  }
  return isMeant;
}
