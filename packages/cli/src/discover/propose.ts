import type { DefaultNames } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import { groupBy } from './group.ts';
import { signatureOf } from './layouts.ts';
import type { Place } from './places.ts';
import type { Config } from '@keyturn/host/config';
import { layoutOf, kindOf } from '@keyturn/host/session';

/** Names of new rotations, by the kind of their sinks. */
const NAMES: Readonly<Record<string, string>> = { env: 'laptop' };

/**
 * What the configuration lacks: one rotation for each kind of sink and each layout, so that a leak in one CI system does not concern
 * the others. If exactly one rotation writes to sinks of that kind and layout, it is extended.
 */
export function propose(
  places: readonly Place[],
  config: Config | undefined,
  defaults: DefaultNames,
): Addition[] {
  const known = (config?.rotations ?? []).map((rotation) => ({
    name: rotation.name,
    signature: signatureOf(layoutOf(rotation, { names: defaults })),
    kinds: new Set(rotation.sinks.map((text) => kindOf(text.replace(/^!/, '')))),
  }));
  const taken = new Set(known.map(({ name }) => name));
  const usual = signatureOf({ kind: 'pair', names: defaults.pair });
  const missing = places.filter(({ found, rotation }) => found && rotation === undefined);
  const groups = groupBy(
    missing,
    ({ kind, found }) => `${kind} ${found ? signatureOf(found.layout) : ''}`,
  );
  return [...groups.values()].flatMap((group): Addition[] => {
    const [{ kind, found } = {}] = group;
    if (kind === undefined || found === undefined) return [];
    const signature = signatureOf(found.layout);
    const keepers = known.filter((one) => one.signature === signature && one.kinds.has(kind));
    const sinks = group.map(({ target }) => target);
    const [keeper] = keepers;
    if (keeper !== undefined && keepers.length === 1)
      return [{ rotation: keeper.name, isNew: false, layout: found.layout, sinks }];
    const stem = NAMES[kind] ?? `ci-${kind}`;
    const name = free(signature === usual ? stem : `${stem}-${found.layout.kind}`, taken);
    return [{ rotation: name, isNew: true, layout: found.layout, sinks }];
  });
}

function free(name: string, taken: Set<string>): string {
  let result = name;
  for (let number = 2; taken.has(result); number++) result = `${name}-${number}`;
  taken.add(result);
  return result;
}
