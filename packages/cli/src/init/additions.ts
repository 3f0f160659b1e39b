import type { Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { nothingToRotate } from '../messages.ts';
import type { Detection } from './detect.ts';
import type { Fitted } from './fitting.ts';
import { free, stemFor } from '../discover/propose.ts';
import { layoutNames } from '@keyturn/core/unstable';
import { listed } from '@keyturn/host/text';
import { kindOf } from '@keyturn/host/session';

const MOST_LISTED = 4;

/** What the pipeline needs to know of a planned rotation. */
export interface Planned {
  readonly name: string;
  readonly sinks: readonly string[];
}

/**
 * The additions that the user accepts; if nothing was found, a new rotation for the repository here. A file of this machine is out
 * of reach for a pipeline, so it is only included after a question.
 *
 * @throws {KeyturnError} `USAGE_INVALID` if there is nothing to rotate, or the error of what could not be searched
 */
export async function chooseAdditions(
  discovery: Discovery,
  { additions, byHand }: Fitted,
  { targets }: Detection,
  prompts: Prompts | undefined,
): Promise<readonly Addition[]> {
  const { config, additions: found, findings } = discovery;
  const chosen: Addition[] = [];
  for (const one of additions) {
    const what = `${one.isNew ? 'New rotation' : 'Add to rotation'} ${one.rotation}: ${listed(one.sinks, MOST_LISTED)}`;
    const usual = !isLocal(one);
    if (prompts === undefined ? usual : await prompts.confirm(`${what}?`, usual)) chosen.push(one);
  }
  if (found.length === 0)
    for (const first of firstRotations(discovery, targets)) {
      const question = `Deliver a token to ${listed(first.sinks, MOST_LISTED)}?`;
      if (prompts === undefined || (await prompts.confirm(question, true))) chosen.push(first);
    }
  if (config !== undefined || chosen.length > 0) return chosen;
  const [half] = byHand;
  // What could not be searched is the likely reason.
  const [failure] = findings.failures;
  throw half === undefined && failure !== undefined ? failure.error : nothingToRotate(half);
}

/** For an issuer without rotations: those of what the pipelines here read; otherwise one for the repository, with the usual names. */
function firstRotations(
  { config, defaults, proposals, issuer: { kind }, isOwn }: Discovery,
  [target]: Detection['targets'],
): readonly Addition[] {
  const used = config?.rotations.map((one) => (one.issuer ?? config.issuer).kind) ?? [];
  if (used.includes(kind)) return [];
  const taken = new Set(config?.rotations.map(({ name }) => name));
  const nameFor = (sink: string): string =>
    free(stemFor(kindOf(sink), isOwn ? kind : undefined), taken);
  const names = new Set<string>();
  const read = proposals.flatMap(({ issuer, layout, sinks: [sink = '', ...more], isSure }) => {
    if (issuer.kind !== kind || !isSure) return [];
    const own = layoutNames(layout);
    // Two programs may read some of the same names.
    if (own.some((name) => names.has(name))) return [];
    for (const name of own) names.add(name);
    return [{ rotation: nameFor(sink), isNew: true, layout, sinks: [sink, ...more] }];
  });
  if (read.length > 0 || target === undefined) return read;
  const layout = { kind: 'pair', names: defaults.pair } as const;
  return [{ rotation: nameFor(target), isNew: true, layout, sinks: [target] }];
}

/** All rotations, existing and new. */
export function plannedRotations(
  { config }: Discovery,
  additions: readonly Addition[],
): readonly Planned[] {
  const sinks = new Map(config?.rotations.map((one) => [one.name, one.sinks]));
  for (const one of additions)
    sinks.set(one.rotation, [...(sinks.get(one.rotation) ?? []), ...one.sinks]);
  return [...sinks].map(([name, all]) => ({ name, sinks: all }));
}

export function kindsOf(rotations: readonly Planned[]): string[] {
  const sinks = rotations.flatMap((rotation) => rotation.sinks);
  return [...new Set(sinks.map((text) => kindOf(text.replace(/^!/, ''))))].toSorted();
}

/** One of its sinks is a file of this machine. */
export function isLocal({ sinks }: Pick<Planned, 'sinks'>): boolean {
  return sinks.some((text) => kindOf(text) === 'env');
}
