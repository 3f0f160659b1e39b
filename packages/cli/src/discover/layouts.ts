import { slotName, type DefaultNames, type FieldNames, type Layout } from '@keyturn/core';
import { layoutNames, storedNames } from '@keyturn/core/unstable';

/** A credential, recognized by the names in one place. */
export interface FoundLayout {
  readonly layout: Layout;
  /** The names that exist. */
  readonly names: readonly string[];
  /** The names of the layout that do not exist: they may be in another place, or not secret. */
  readonly missing: readonly string[];
}

/** All known layouts of the issuer's credentials. */
function knownLayouts({ pair, joined, file, slot, others = [] }: DefaultNames): Layout[] {
  return [
    ...(slot === undefined ? [] : [{ kind: 'slots', names: pair, slot } as const]),
    { kind: 'pair', names: pair },
    ...(joined === undefined ? [] : [{ kind: 'joined', name: joined } as const]),
    ...(file === undefined ? [] : [{ kind: 'file', name: file, names: pair } as const]),
    ...others,
  ];
}

/** The names with layouts that pipelines read. Those come before the other spellings, since there they are certain. */
export function withLayouts(defaults: DefaultNames, layouts: readonly Layout[]): DefaultNames {
  const { others = [] } = defaults;
  const known = new Set(
    [{ kind: 'pair', names: defaults.pair } as const, ...others].map(signatureOf),
  );
  const more = layouts.filter((one) => {
    const isNew = !known.has(signatureOf(one));
    known.add(signatureOf(one));
    return isNew;
  });
  return { ...defaults, others: [...more, ...others] };
}

/** The patterns of names to search for: those of every known layout, of the issuer and of the user. */
export function searchedNames(defaults: DefaultNames, more: readonly string[]): string[] {
  const known = knownLayouts(defaults).flatMap(secretNames);
  return [...new Set([...known, ...(defaults.patterns ?? []), ...more])];
}

/**
 * Recognizes the layouts in one place by the names alone. Whole layouts come before halves; pairs that share a name are one
 * credential with several names for a field. `X` or `X_TOKEN` next to `X_ID` is a pair with names of the user. The rest
 * is reported as it is.
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
  for (const layout of wholeLayouts(knownLayouts(defaults), left)) take(layout);
  for (const layout of knownLayouts(defaults)) take(layout);
  for (const id of [...left].filter((name) => name.endsWith('_ID'))) {
    const stem = id.slice(0, -'_ID'.length);
    const token = [stem, `${stem}_TOKEN`].find((name) => left.has(name));
    if (token !== undefined) take({ kind: 'pair', names: { id, token } });
  }
  return { layouts, rest: [...left] };
}

/** The layouts of which every name is present. */
function wholeLayouts(known: readonly Layout[], present: ReadonlySet<string>): Layout[] {
  const whole = known.filter((one) => secretNames(one).every((name) => present.has(name)));
  return joinPairs(whole);
}

/** Pairs that share a name become one. */
function joinPairs(layouts: readonly Layout[]): Layout[] {
  const joined: Layout[] = [];
  for (const layout of layouts) {
    const at = joined.findIndex((one) => isSharing(one, layout));
    const other = joined[at];
    if (layout.kind !== 'pair' || other?.kind !== 'pair') joined.push(layout);
    else joined[at] = { kind: 'pair', names: joinNames(other.names, layout.names) };
  }
  return joined;
}

function isSharing(one: Layout, other: Layout): boolean {
  if (one.kind !== 'pair' || other.kind !== 'pair') return false;
  const names = layoutNames(one);
  return layoutNames(other).some((name) => names.includes(name));
}

function joinNames(one: FieldNames, other: FieldNames): FieldNames {
  const fields = Object.entries(one).map(([field, names]) => {
    const all = [...new Set([names, other[field] ?? []].flat())];
    return [field, all.length === 1 ? (all[0] ?? '') : all] as const;
  });
  return Object.fromEntries(fields);
}

/** Layouts with the same signature belong to one rotation. */
export function signatureOf(layout: Layout): string {
  return [layout.kind, ...storedNames(layout)].join(' ');
}

/** A list of secrets does not contain readable variables. */
function secretNames(layout: Layout): string[] {
  const names = layoutNames(layout);
  if (layout.kind !== 'slots') return names;
  return names.flatMap((name) => [slotName(name, 'A'), slotName(name, 'B')]);
}
