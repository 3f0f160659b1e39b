import { isAlias, isMap, isNode, isScalar, isSeq, type Alias, type Node, type Pair } from 'yaml';

import type { Path } from './source.ts';

/** What the aliases of a document refer to. */
export type Targets = ReadonlyMap<Alias, Node>;

/** The offset of a key or value, or of the nearest one around it, where it is written: behind an alias, at its anchor. */
export function find(
  root: Node | null,
  targets: Targets,
  path: Path,
  part: 'key' | 'value',
): number {
  let node = root;
  let offset = offsetOf(root) ?? 0;
  for (const [index, key] of path.entries()) {
    const isLast = index === path.length - 1;
    const pair = pairAt(meant(node, targets), targets, key);
    if (pair === undefined) return offset;
    offset =
      (isLast && part === 'key' ? offsetOf(pair.key) : undefined) ?? offsetOf(pair.value) ?? offset;
    node = isNode(pair.value) ? pair.value : null;
  }
  return offset;
}

/** What a merge key adds to a mapping. */
export function mergedBy({ key, value }: Pair, targets: Targets): readonly (Node | null)[] {
  if (!isScalar(key) || key.value !== MERGE || key.type !== 'PLAIN') return [];
  const sources: readonly unknown[] = isSeq(value) ? value.items : [value];
  return sources.map((source) => meant(isNode(source) ? source : null, targets));
}

const MERGE = '<<';

/** What an alias refers to; another node itself. */
function meant(node: Node | null, targets: Targets): Node | null {
  return isAlias(node) ? (targets.get(node) ?? null) : node;
}

function pairAt(
  node: Node | null,
  targets: Targets,
  key: string | number,
): { readonly key?: unknown; readonly value: unknown } | undefined {
  if (isSeq(node)) return { value: node.items[Number(key)] };
  if (!isMap(node)) return undefined;
  // The last of duplicates counts.
  const own = node.items.findLast(
    (pair) => isScalar(pair.key) && String(pair.key.value) === String(key),
  );
  if (own !== undefined) return own;
  const sources = node.items.flatMap((pair) => mergedBy(pair, targets));
  for (const source of sources) {
    const found = pairAt(source, targets, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
