import type { DefaultNames } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import { groupBy } from './group.ts';
import { signatureOf } from './layouts.ts';
import type { Place } from './places.ts';
import type { Config } from '@keyturn/host/config';
import { layoutOf, kindOf } from '@keyturn/host/session';

/** What a token of its own is called, by where it is used. */
const NAMES: Readonly<Record<string, string>> = { env: 'laptop' };

/**
 * What the configuration lacks: one rotation for each kind of place, so that what leaks in one CI system need not be replaced in
 * the others, and for each layout there. Where exactly one rotation keeps others of the same sort, its list is extended.
 */
export function propose(
  places: readonly Place[],
  config: Config | undefined,
  defaults: DefaultNames,
): Addition[] {
  const known = (config?.rotations ?? []).map((rotation) => ({
    name: rotation.name,
    signature: signatureOf(layoutOf(rotation, defaults)),
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
