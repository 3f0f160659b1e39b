import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Node, Pair, Scalar, YAMLMap } from 'yaml';

import {
  aliasOfItself,
  aliasUnknown,
  anchorOfNothing,
  commentInTarget,
  duplicateKey,
  mergeInvalid,
  numberAsText,
  type Fault,
} from '../messages.ts';
import type { Path } from './source.ts';
import { mergedBy, type Targets } from './yaml-find.ts';

/** So many problems of a kind are enough for anybody. */
const MOST = 100;

export interface Found {
  readonly offset: number;
  readonly fault: Fault;
  readonly path?: Path;
}

/** What is wrong or unusual in a document that the parser could read. */
export interface Inspected {
  readonly problems: readonly Found[];
  readonly warnings: readonly Found[];
  readonly targets: Targets;
  /** How many keys merge keys add in all, at most. */
  readonly merged: number;
  /** Whether its content can be told. */
  readonly isUsable: boolean;
}

/**
 * Looks at every value once, in the order of the document. Numbers that would lose characters, such as 0123 or 1.0, are changed
 * into the text that was written.
 */
export function inspect(
  document: Document.Parsed,
  text: string,
  isNamedJson: boolean,
  lineOf: (offset: number) => number,
): Inspected {
  const problems: Found[] = [];
  const warnings: Found[] = [];
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  const sizes = new Map<Node, number>();
  const open = new Set<Node>();
  const used = new Set<string>();
  const empty: { readonly anchor: string; readonly found: Found }[] = [];
  let merged = 0;
  let isUsable = true;

  const refuse = (node: Node, fault: Fault, path: Path): void => {
    problems.push({ offset: node.range?.[0] ?? 0, fault, path });
    isUsable = false;
  };

  function alias(node: Alias, path: Path): void {
    const target = anchors.get(node.source);
    used.add(node.source);
    if (target === undefined) refuse(node, aliasUnknown(`*${node.source}`), path);
    else if (open.has(target)) refuse(node, aliasOfItself, path);
    else targets.set(node, target);
  }

  function scalar(node: Scalar, path: Path): void {
    const { source = '', value, anchor, range } = node;
    if (anchor !== undefined && source === '') {
      const fault = anchorOfNothing(`&${anchor}`);
      empty.push({
        anchor,
        found: { offset: startOf(text, anchor, range?.[0] ?? 0), fault, path },
      });
    }
    const isChanged =
      typeof value === 'number' && node.tag === undefined && !isExact(source, value, isNamedJson);
    if (isChanged) {
      if (warnings.length < MOST)
        warnings.push({ offset: range?.[0] ?? 0, fault: numberAsText(source), path });
      node.value = source;
    }
    const comment = /^#[^\s#]/.exec(
      node.comment === undefined || node.comment === null ? '' : `#${node.comment}`,
    );
    if (comment !== null && path.includes('sinks'))
      warnings.push({ offset: range?.[0] ?? 0, fault: commentInTarget(`#${node.comment}`), path });
  }

  function pair(map: YAMLMap, { key, value }: Pair, seen: Map<unknown, number>, path: Path): void {
    if (!isScalar(key)) return;
    const offset = key.range?.[0] ?? 0;
    const inner = [...path, String(key.value)];
    const first = seen.get(key.value);
    if (first === undefined) seen.set(key.value, offset);
    else if (problems.length < MOST)
      problems.push({ offset, fault: duplicateKey(lineOf(first)), path: inner });
    walk(value, inner);
    const sources = mergedBy({ key, value } as Pair, targets);
    if (sources.length > 0 && !sources.every(isMap)) {
      if (isUsable) refuse(key, mergeInvalid, path);
      return;
    }
    const added = sources.reduce(
      (sum, source) => sum + (source === null ? 0 : (sizes.get(source) ?? 0)),
      0,
    );
    merged += added;
    sizes.set(map, (sizes.get(map) ?? 0) + added);
  }

  function walk(node: unknown, path: Path): void {
    if (!isNode(node)) return;
    if (isAlias(node)) return alias(node, path);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isScalar(node)) return scalar(node, path);
    open.add(node);
    if (isMap(node)) {
      sizes.set(node, node.items.length);
      const seen = new Map<unknown, number>();
      for (const one of node.items) pair(node, one, seen, path);
    }
    if (isSeq(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
    open.delete(node);
  }

  walk(document.contents, []);
  // An empty value may be meant, if something refers to it.
  problems.push(...empty.filter(({ anchor }) => !used.has(anchor)).map(({ found }) => found));
  return { problems, warnings, targets, merged, isUsable };
}

/** Whether a number is written as it is printed; JSON has numbers only. */
function isExact(source: string, value: number, isNamedJson: boolean): boolean {
  if (String(value) === source) return true;
  return isNamedJson && /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(source);
}

/** The parser's range of an empty value begins behind its anchor. */
function startOf(text: string, anchor: string, end: number): number {
  const start = text.lastIndexOf(`&${anchor}`, end);
  return start < 0 ? end : start;
}
