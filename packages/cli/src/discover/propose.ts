import type { DefaultNames } from '@keyturn/core';

import type { Addition } from '../scaffold/edit-config.ts';
import { groupBy } from './group.ts';
import { signatureOf } from './layouts.ts';
import type { Kept } from './kept.ts';
import type { Place } from './places.ts';
import { kindOf } from '@keyturn/host/session';

/** Names of new rotations, by the kind of their sinks. */
const NAMES: Readonly<Record<string, string>> = { env: 'laptop' };

/**
 * What the configuration lacks: one rotation for each kind of sink and each layout, so that a leak in one CI system does not concern
 * the others. If exactly one rotation of this issuer writes to sinks of that kind and layout, it is extended.
 */
export function propose(
  places: readonly Place[],
  { issuer, isOwn }: { readonly issuer: string; readonly isOwn: boolean },
  kept: readonly Kept[],
  defaults: DefaultNames,
): Addition[] {
  const taken = new Set(kept.map(({ rotation }) => rotation.name));
  const ofIssuer = kept.filter((one) => one.issuer === issuer);
  const known = ofIssuer.map(({ rotation, layout }) => ({
    name: rotation.name,
    signature: signatureOf(layout),
    kinds: new Set(rotation.sinks.map((text) => kindOf(text.replace(/^!/, '')))),
  }));
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
    const stem = stemFor(kind, isOwn ? issuer : undefined);
    const name = free(signature === usual ? stem : `${stem}-${found.layout.kind}`, taken);
    return [{ rotation: name, isNew: true, layout: found.layout, sinks }];
  });
}

/** @param issuer unless it is that of the configuration */
export function stemFor(kind: string, issuer: string | undefined): string {
  return [NAMES[kind] ?? `ci-${kind}`, ...(issuer === undefined ? [] : [issuer])].join('-');
}

export function free(name: string, taken: Set<string>): string {
  let result = name;
  for (let number = 2; taken.has(result); number++) result = `${name}-${number}`;
  taken.add(result);
  return result;
}
