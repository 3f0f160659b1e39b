import { fieldUnknown } from '../messages.ts';
import type { Credential } from '../contracts/issuer.ts';
import { reveal, Secret } from '../contracts/secret.ts';
import type { SinkEntry } from '../contracts/sink.ts';
import { slottedNames } from './slots.ts';

/**
 * The name of each field of the credential: `{ id: 'PLANETSCALE_SERVICE_TOKEN_ID', … }`. A list if jobs read a field under
 * several names.
 */
export type FieldNames = Readonly<Record<string, string | readonly string[]>>;

/** All names, in the order of the fields. */
export function fieldNames(names: FieldNames): string[] {
  return Object.values(names).flat();
}

/**
 * How a credential is stored in a sink.
 *
 * - `pair`: a name for each field, written one by one
 * - `joined`: one name with `id:token`
 * - `file`: one name with all fields in dotenv format
 * - `slots`: a name for each field in each of two slots. Writes the idle slot, and then the variable `slot`, which tells jobs
 *   which slot to read.
 */
export type Layout =
  | { readonly kind: 'pair'; readonly names: FieldNames }
  | { readonly kind: 'joined'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly names: FieldNames }
  | { readonly kind: 'slots'; readonly names: FieldNames; readonly slot: string };

/** How a rotation stores its credential, and the sinks that store it otherwise, by their IDs. */
export interface Layouts {
  readonly layout: Layout;
  readonly layouts?: Readonly<Record<string, Layout>>;
}

/** The layout of one of a rotation's sinks. */
export function layoutAt({ layout, layouts = {} }: Layouts, sink: string): Layout {
  return (Object.hasOwn(layouts, sink) ? layouts[sink] : undefined) ?? layout;
}

/** The names of each field, in the order in which they are written. */
export function layoutFields(layout: Layout): string[][] {
  return 'name' in layout
    ? [[layout.name]]
    : Object.values(layout.names).map((names) => [names].flat());
}

/** The names of a layout, in the order in which they are written. */
export function layoutNames(layout: Layout): string[] {
  return 'name' in layout ? [layout.name] : fieldNames(layout.names);
}

/** All names that a layout uses in a sink, with those of both slots. Other rotations must not write them. */
export function storedNames(layout: Layout): string[] {
  const names = layoutNames(layout);
  return layout.kind === 'slots' ? slottedNames(names, layout.slot) : names;
}

/**
 * Converts a credential to the entries of a layout.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` if the credential does not have a field
 */
export function layoutEntries(layout: Layout, credential: Credential): SinkEntry[] {
  if (layout.kind === 'joined') return [{ name: layout.name, value: field(credential, 'pair') }];
  const entries = Object.entries(layout.names).flatMap(([key, names]) =>
    [names].flat().map((name) => ({ name, value: field(credential, key) })),
  );
  if (!('name' in layout)) return entries;
  const blob = entries.map(({ name, value }) => `${name}=${reveal(value)}\n`).join('');
  return [{ name: layout.name, value: new Secret(blob) }];
}

function field(credential: Credential, name: string): Secret | string {
  const value = credential.fields[name];
  if (value !== undefined) return value;
  throw fieldUnknown(name, Object.keys(credential.fields));
}
