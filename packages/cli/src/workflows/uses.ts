import type {
  DefaultNames,
  FieldNames,
  Layout,
  PipelineReading,
  PipelineSource,
} from '@keyturn/core';
import { layoutNames } from '@keyturn/core/unstable';

import type { Fixed } from './fixed.ts';
import type { Feed, Parsed } from './parse.ts';

type NameReader = NonNullable<DefaultNames['readers']>[number];

/** A credential that a job or a step reads, and what reads it. */
export interface Use {
  readonly file: string;
  readonly by: string;
  /** Under the names of the secrets, with those that should hold what is fixed. */
  readonly layout: Layout;
  readonly fixed: readonly Fixed[];
}

/** Pipelines that run keyturn set one of these: what they read manages the tokens that are rotated. */
const OWN = /^KEYTURN_/;

/** The credentials that the jobs of a file read. `own` are secrets that keyturn itself reads in pipelines. */
export function usesIn(
  file: string,
  { feeds, scopes }: Parsed,
  reading: PipelineReading,
  names: DefaultNames,
  own: ReadonlySet<string>,
): Use[] {
  const uses = new Map<string, Use>();
  const outerFirst = feeds.toSorted((a, b) => a.scope.length - b.scope.length);
  for (const scope of leaves(scopes)) {
    const effective = new Map<string, Feed>();
    for (const feed of outerFirst)
      if (feed.scope.every((key, at) => key === scope[at])) effective.set(feed.variable, feed);
    if ([...effective.keys()].some((name) => OWN.test(name))) continue;
    // If jobs get each secret anyway, several programs fit a variable: first the one of which the job sets most.
    const found = readersOf(names)
      .map((reader) => ({
        use: useOf(file, reader, effective, reading, names),
        set: layoutNames(reader.layout).filter((name) => effective.has(name)).length,
      }))
      .toSorted((a, b) => b.set - a.set);
    for (const { use } of found) {
      if (use === undefined || layoutNames(use.layout).some((name) => own.has(name))) continue;
      const key = JSON.stringify([use.layout, use.fixed]);
      if (!uses.has(key)) uses.set(key, use);
    }
  }
  return [...uses.values()];
}

/** The innermost scopes: they have all variables of those around them. */
function leaves(scopes: Parsed['scopes']): Parsed['scopes'] {
  return scopes.filter(
    (scope) =>
      !scopes.some(
        (other) => other.length > scope.length && scope.every((key, at) => key === other[at]),
      ),
  );
}

/** Inputs of actions and variables of other programs have the names of secrets, too. */
function readersOf({ pair, others = [], readers = [] }: DefaultNames): readonly NameReader[] {
  const layouts: Layout[] = [{ kind: 'pair', names: pair }, ...others];
  return [...readers, ...layouts.map((layout) => ({ layout, by: 'a program' }))];
}

function useOf(
  file: string,
  { layout, by }: NameReader,
  effective: ReadonlyMap<string, Feed>,
  reading: PipelineReading,
  names: DefaultNames,
): Use | undefined {
  const fields = layout.kind === 'pair' ? singles(layout.names) : undefined;
  const variables = fields ?? ('name' in layout ? [['', layout.name] as const] : []);
  if (!variables.some(([, variable]) => effective.has(variable))) return undefined;
  const found = variables.map(([field, variable]) => ({
    field,
    variable,
    line: effective.get(variable)?.line ?? 1,
    source: resolve(variable, effective, reading.isAmbient === true),
  }));
  const known = found.flatMap(({ source }) =>
    source !== undefined && 'secret' in source ? [source.secret] : [],
  );
  const [anchor] = known;
  if (anchor === undefined || found.some(({ source }) => source === undefined)) return undefined;
  const fixed: Fixed[] = [];
  const stored = found.map(({ field, variable, line, source }) => {
    if (source !== undefined && 'secret' in source) return [field, source.secret] as const;
    const secret = secretFor(field, anchor, names);
    const isLiteral = source !== undefined && 'literal' in source;
    const target = variable.startsWith('--') ? ([names.pair[field]].flat()[0] ?? '') : variable;
    const replacement = reading.lineFor(target, secret);
    fixed.push({ file, line, variable, isLiteral, secret, replacement });
    return [field, secret] as const;
  });
  if (fields === undefined) return { file, by, layout: { kind: 'joined', name: anchor }, fixed };
  return { file, by, layout: { kind: 'pair', names: Object.fromEntries(stored) }, fixed };
}

/** Follows variables of the job to the secret; the platform's own variable at the end of the way is a secret if jobs get all. */
function resolve(
  variable: string,
  effective: ReadonlyMap<string, Feed>,
  isAmbient: boolean,
): Exclude<PipelineSource, { reference: string }> | undefined {
  const seen = new Set<string>();
  for (let name = variable; ;) {
    const source = seen.has(name) ? undefined : effective.get(name)?.source;
    if (source === undefined) return isAmbient && /^\w+$/.test(name) ? { secret: name } : undefined;
    if (!('reference' in source))
      return 'literal' in source && source.literal === '' ? undefined : source;
    seen.add(name);
    name = source.reference;
  }
}

/** The usual partner of a secret, otherwise its name with that of the field. */
function secretFor(field: string, anchor: string, { pair, others = [] }: DefaultNames): string {
  const pairs = [pair, ...others.flatMap((one) => (one.kind === 'pair' ? [one.names] : []))];
  const partner = pairs.find((one) => Object.values(one).flat().includes(anchor))?.[field];
  const [name] = [partner ?? []].flat();
  return name === undefined || name === anchor ? `${anchor}_${field.toUpperCase()}` : name;
}

function singles(names: FieldNames): (readonly [string, string])[] {
  return Object.entries(names).map(([field, name]) => [field, [name].flat()[0] ?? ''] as const);
}
