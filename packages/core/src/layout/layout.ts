import { fieldUnknown } from '../messages.ts';
import type { Credential } from '../contracts/issuer.ts';
import { reveal, Secret } from '../contracts/secret.ts';
import type { SinkEntry } from '../contracts/sink.ts';
import { slottedNames } from './slots.ts';

/**
 * Which environment variable holds which field of the credential: `{ id: 'PLANETSCALE_SERVICE_TOKEN_ID', … }`. A field that jobs
 * read under several names has a list of them.
 */
export type FieldNames = Readonly<Record<string, string | readonly string[]>>;

/** The names of the fields, in order, each field's own one after the other. */
export function fieldNames(names: FieldNames): string[] {
  return Object.values(names).flat();
}

/**
 * How a credential is laid out in a sink.
 *
 * `pair` fills one name per field, one after the other; `joined` fills one name with `id:token`; `file` fills one
 * name with a dotenv blob of all fields; `slots` fills the idle one of two slots with a name per field and then flips the
 * variable `slot`, which says which of them a job reads.
 */
export type Layout =
  | { readonly kind: 'pair'; readonly names: FieldNames }
  | { readonly kind: 'joined'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly names: FieldNames }
  | { readonly kind: 'slots'; readonly names: FieldNames; readonly slot: string };

/** The names of a layout's entries, in the order in which they are written. */
export function layoutNames(layout: Layout): string[] {
  return 'name' in layout ? [layout.name] : fieldNames(layout.names);
}

/** Every name that a layout takes in a sink: no other rotation may write one of them. */
export function storedNames(layout: Layout): string[] {
  const names = layoutNames(layout);
  return layout.kind === 'slots' ? slottedNames(names, layout.slot) : names;
}

/**
 * The entries that a credential becomes.
 *
 * @throws {KeyturnError} `CONFIG_INVALID` for a field that the credential does not have
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
