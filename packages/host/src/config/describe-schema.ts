import * as v from 'valibot';

import { configSchema } from './schema.ts';
import type { Path } from './source.ts';

/** The parts of a schema that contain other schemas. */
interface Node {
  readonly entries?: Readonly<Record<string, Node>>;
  readonly value?: Node;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
}

/** The keys that are allowed at a path. */
export function keysAt(path: Path): string[] {
  return Object.keys(entriesOf(nodeAt(path)) ?? {}).filter((key) => key !== '$schema');
}

/** Where a key of this name belongs, in words: `rotations.NAME.token`. Undefined if there is no such key. */
export function homeOf(key: string): string | undefined {
  homes ??= homesIn(configSchema as Node, []);
  return homes.get(key);
}

let homes: ReadonlyMap<string, string> | undefined;

/** The first place of each key, above those in deeper ones. */
function homesIn(
  { entries, value, item, wrapped }: Node,
  path: readonly string[],
): Map<string, string> {
  if (wrapped !== undefined) return homesIn(wrapped, path);
  if (value !== undefined) return homesIn(value, [...path, 'NAME']);
  if (item !== undefined) return homesIn(item, path);
  const inner = Object.entries(entries ?? {}).map(([key, node]) => homesIn(node, [...path, key]));
  const own = Object.keys(entries ?? {}).map((key) => [key, path.join('.')] as const);
  return new Map([...inner.toReversed().flatMap((one) => [...one]), ...own]);
}

/** The description of the nearest key on the path that has one: the hint of every problem without a better one. */
export function descriptionAt(path: Path): string | undefined {
  const node = nodeAt(path) as v.GenericSchema | undefined;
  const description = node === undefined ? undefined : v.getDescription(node);
  return description ?? (path.length === 0 ? undefined : descriptionAt(path.slice(0, -1)));
}

function nodeAt(path: Path): Node | undefined {
  let node: Node | undefined = configSchema as Node;
  for (const key of path) {
    node = childOf(node, key);
    node = node?.wrapped ?? node;
  }
  return node;
}

/** Of a choice, the one that is a mapping. */
function entriesOf(node: Node | undefined): Node['entries'] {
  const choices = (node?.options ?? []) as readonly Node[];
  return node?.entries ?? choices.find(({ entries }) => entries !== undefined)?.entries;
}

function childOf(node: Node | undefined, key: string | number): Node | undefined {
  const { value, item } = node ?? {};
  const entries = entriesOf(node) ?? {};
  return Object.hasOwn(entries, key) ? entries[key] : (value ?? item);
}
