import { KeyturnError } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import type { Discovery } from '../discover/discover.ts';
import type { Prompts } from '../prompt/prompts.ts';
import type { Detection } from './detect.ts';
import type { Fitted } from './fitting.ts';
import { listed } from '@keyturn/host/text';
import { kindOf } from '@keyturn/host/session';

const MOST_LISTED = 4;

/** A rotation as it will be, as far as the pipeline is concerned. */
export interface Planned {
  readonly name: string;
  readonly sinks: readonly string[];
}

/**
 * What a person wants of what was found; where nothing was, the place that is meant here. A file of this machine is out of reach
 * for a pipeline, so it is only taken where somebody says so.
 *
 * @throws {KeyturnError} `USAGE_INVALID` where there is nothing to rotate
 */
export async function chooseAdditions(
  { config, additions: found, defaults }: Discovery,
  { additions, byHand }: Fitted,
  { targets }: Detection,
  prompts: Prompts | undefined,
): Promise<readonly Addition[]> {
  const chosen: Addition[] = [];
  for (const one of additions) {
    const what = `${one.isNew ? 'A token of its own' : 'More'} for ${one.rotation}: ${listed(one.sinks, MOST_LISTED)}`;
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
  throw new KeyturnError('USAGE_INVALID', 'there is nothing to rotate', {
    hint:
      half ?? 'Name where the secrets are: keyturn init github:acme gitlab:acme circleci:gh/acme',
    effect: 'none',
  });
}

/** Every rotation as it will be. */
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

/** It has a file of this machine among its sinks. */
export function isLocal({ sinks }: Pick<Planned, 'sinks'>): boolean {
  return sinks.some((text) => kindOf(text) === 'env');
}
