import type { Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Prompts } from '../prompt/prompts.ts';
import { nothingToRotate } from '../messages.ts';
import type { Detection } from './detect.ts';
import type { Fitted } from './fitting.ts';
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
  { config, additions: found, defaults, findings }: Discovery,
  { additions, byHand }: Fitted,
  { targets }: Detection,
  prompts: Prompts | undefined,
): Promise<readonly Addition[]> {
  const chosen: Addition[] = [];
  for (const one of additions) {
    const what = `${one.isNew ? 'New rotation' : 'Add to rotation'} ${one.rotation}: ${listed(one.sinks, MOST_LISTED)}`;
    const usual = !isLocal(one);
    if (prompts === undefined ? usual : await prompts.confirm(`${what}?`, usual)) chosen.push(one);
  }
  const [target] = targets;
  if (config === undefined && found.length === 0 && target !== undefined) {
    const layout = { kind: 'pair', names: defaults.pair } as const;
    const first = { rotation: `ci-${kindOf(target)}`, isNew: true, layout, sinks: [target] };
    if (prompts === undefined || (await prompts.confirm(`Deliver a token to ${target}?`, true)))
      chosen.push(first);
  }
  if (config !== undefined || chosen.length > 0) return chosen;
  const [half] = byHand;
  // What could not be searched is the likely reason.
  const [failure] = findings.failures;
  throw half === undefined && failure !== undefined ? failure.error : nothingToRotate(half);
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
