import { slotName, type DefaultNames, type Layout } from '@keyturn/core';
import { layoutNames, storedNames } from '@keyturn/core/unstable';

/** A credential that the names of one place show. */
export interface FoundLayout {
  readonly layout: Layout;
  /** The names that are there. */
  readonly names: readonly string[];
  /** Names of the layout that are not: they may be kept elsewhere, or in the clear. */
  readonly missing: readonly string[];
}

/** Every layout that the issuer's credentials are known to be stored in. */
function knownLayouts({ pair, joined, file, slot, others = [] }: DefaultNames): Layout[] {
  return [
    { kind: 'slots', names: pair, slot },
    { kind: 'pair', names: pair },
    { kind: 'joined', name: joined },
    { kind: 'file', name: file, names: pair },
    ...others,
  ];
}

/** The patterns of names to look for: those of every known layout, and the issuer's and the user's own. */
export function searchedNames(defaults: DefaultNames, more: readonly string[]): string[] {
  const known = knownLayouts(defaults).flatMap(secretNames);
  return [...new Set([...known, ...(defaults.patterns ?? []), ...more])];
}

/**
 * Understands what is stored in one place by its names alone. `X` beside `X_ID`, or `X_TOKEN` beside `X_ID`, is a pair of the
 * user's own; what is left over is told as it is.
 */
export function layoutsOf(
  present: readonly string[],
  defaults: DefaultNames,
): { readonly layouts: readonly FoundLayout[]; readonly rest: readonly string[] } {
  const left = new Set(present);
  const layouts: FoundLayout[] = [];
  const take = (layout: Layout): void => {
    const all = secretNames(layout);
    const names = all.filter((name) => left.has(name));
    if (names.length === 0) return;
    for (const name of names) left.delete(name);
    layouts.push({ layout, names, missing: all.filter((name) => !names.includes(name)) });
  };
  for (const layout of knownLayouts(defaults)) take(layout);
  for (const id of [...left].filter((name) => name.endsWith('_ID'))) {
    const stem = id.slice(0, -'_ID'.length);
    const token = [stem, `${stem}_TOKEN`].find((name) => left.has(name));
    if (token !== undefined) take({ kind: 'pair', names: { id, token } });
  }
  return { layouts, rest: [...left] };
}

/** Two layouts of one signature are kept by one rotation. */
export function signatureOf(layout: Layout): string {
  return [layout.kind, ...storedNames(layout)].join(' ');
}

/** Where secrets are listed, a readable variable is not. */
function secretNames(layout: Layout): string[] {
  const names = layoutNames(layout);
  if (layout.kind !== 'slots') return names;
  return names.flatMap((name) => [slotName(name, 'A'), slotName(name, 'B')]);
}
