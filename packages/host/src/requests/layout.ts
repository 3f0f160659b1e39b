import type { DefaultNames, FieldNames, Layout } from '@keyturn/core';

import type { RotationConfig } from '../config/config.ts';

/** The layout of a rotation. Default names are the issuer's. */
export function layoutOf(
  { layout, names }: Pick<RotationConfig, 'layout' | 'names'>,
  defaults: DefaultNames,
): Layout {
  const {
    joined = defaults.joined,
    file = defaults.file,
    slot = defaults.slot,
    ...fields
  } = names ?? {};
  const pair = { ...defaults.pair, ...fields };
  const one = (name: FieldNames[string]): string => [name].flat()[0] ?? '';
  if (layout === 'pair') return { kind: 'pair', names: pair };
  if (layout === 'slots') return { kind: 'slots', names: pair, slot: one(slot) };
  return layout === 'joined'
    ? { kind: 'joined', name: one(joined) }
    : { kind: 'file', name: one(file), names: pair };
}
