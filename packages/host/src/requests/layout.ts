import type {
  CredentialFields,
  DefaultNames,
  FieldNames,
  IssuerAdapter,
  Layout,
} from '@keyturn/core';
import { fieldUnknown, type Layouts } from '@keyturn/core/unstable';

import type { RotationConfig } from '../config/config.ts';
import { layoutNotNamed } from '../messages.ts';

/**
 * The layout of a rotation. Default names are the issuer's; names of other fields take the place of all of them.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` if there is no name, or the issuer's credentials do not have a field
 */
export function layoutOf(
  { layout: kind, names: given = {} }: Pick<RotationConfig, 'layout' | 'names'>,
  { names: defaults, fields: known }: Pick<IssuerAdapter, 'names' | 'fields'>,
): Layout {
  const { joined = defaults.joined, file = defaults.file, slot = defaults.slot, ...own } = given;
  const names = namesOf(own, defaults);
  checkFields(kind === 'joined' ? ['pair'] : Object.keys(names), known);
  if (kind === 'pair') return { kind, names };
  if (kind === 'slots') return { kind, names, slot: only('slot', kind, slot) };
  if (kind === 'joined') return { kind, name: only('joined', kind, joined) };
  return { kind, name: only('file', kind, file), names };
}

/** The layout of a rotation, and those of the sinks whose entries have their own. */
export function layoutsOf(
  { layout, names, storages = {} }: Pick<RotationConfig, 'layout' | 'names' | 'storages'>,
  adapter: Pick<IssuerAdapter, 'names' | 'fields'>,
  entries: ReadonlyMap<string, string>,
): Layouts {
  const own = [...entries].flatMap(([id, text]) => {
    const storage = Object.hasOwn(storages, text) ? storages[text] : undefined;
    return storage === undefined ? [] : [[id, layoutOf(storage, adapter)] as const];
  });
  const usual = layoutOf({ layout, ...(names !== undefined && { names }) }, adapter);
  return { layout: usual, ...(own.length > 0 && { layouts: Object.fromEntries(own) }) };
}

function namesOf(own: FieldNames, { pair }: DefaultNames): FieldNames {
  const fields = Object.keys(own);
  return fields.length === 0 || fields.some((field) => Object.hasOwn(pair, field))
    ? { ...pair, ...own }
    : own;
}

function only(key: string, layout: string, name: FieldNames[string] | undefined): string {
  const [first] = [name ?? []].flat();
  if (first === undefined) throw layoutNotNamed(layout, key);
  return first;
}

/** A name that has no field would be found out only when a credential exists. */
function checkFields(fields: readonly string[], known: CredentialFields | undefined): void {
  if (known === undefined) return;
  const unknown = fields.find((field) => !Object.hasOwn(known, field));
  if (unknown !== undefined) throw fieldUnknown(unknown, Object.keys(known));
}
