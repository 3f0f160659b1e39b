import { readFile, stat } from 'node:fs/promises';

import type { KeyturnError } from '@keyturn/core';
import { Composer, CST, isMap, isNode, isScalar, LineCounter, Parser, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';

import {
  aliasInvalid,
  configurationEmpty,
  configurationNotUtf8,
  configurationTooLarge,
  configurationUnreadable,
  duplicateKey,
  nestedTooDeep,
  secondDocument,
  syntaxInvalid,
  tooManyOf,
} from '../messages.ts';
import type { ConfigSource, Path } from './source.ts';

const MOST_BYTES = 1024 * 1024;
/** Far more than any configuration needs: a file beyond these limits is an attack. */
const LIMITS = { depth: 64, nodes: 100_000, aliases: 1000 } as const;

/** Reads a YAML or JSON file. JSON is read as YAML, which it is, to know the places of keys. */
export async function readDocument(file: string): Promise<ConfigSource> {
  if ((await stat(file)).size > MOST_BYTES) throw configurationTooLarge(file);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw configurationNotUtf8(file);
    throw configurationUnreadable(file, code);
  }
  return parseText(file, text);
}

/** @throws {KeyturnError} `CONFIG_INVALID` */
export function parseText(file: string, text: string): ConfigSource {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const tokens = tokensOf(text, lines);
  if (tokens === undefined) throw nestedTooDeep(at(0), LIMITS.depth);
  const excess = findExcess(tokens, at(0));
  if (excess !== undefined) throw excess;

  const options = { lineCounter: lines, uniqueKeys: false, stringKeys: true } as const;
  const composer = new Composer({ ...options, logLevel: 'error' });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) throw configurationEmpty(at(0));
  const [wrong]: YAMLError[] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) throw syntaxInvalid(at(wrong.pos[0]), wrong.message);
  if (second !== undefined) throw secondDocument(at(second.range[0]));
  refuseDuplicates(document, at);
  return {
    file,
    value: toValue(document, at),
    locate: (path, part) => at(find(document, path, part)),
  };
}

/** Undefined if so many levels end at once that the parser, which closes them recursively, runs out of stack. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | undefined {
  try {
    return [...new Parser(lines.addNewLine).parse(text)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Checks the parser's flat output: the steps after it are recursive, and quadratic in aliases. */
function findExcess(tokens: readonly CST.Token[], where: string): KeyturnError | undefined {
  let level = tokens;
  let nodes = 0;
  let aliases = 0;
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    aliases += level.filter(({ type }) => type === 'alias').length;
    if (depth > LIMITS.depth) return nestedTooDeep(where, LIMITS.depth);
    if (nodes > LIMITS.nodes) return tooManyOf(where, LIMITS.nodes, 'values');
    if (aliases > LIMITS.aliases) return tooManyOf(where, LIMITS.aliases, 'aliases');
    level = level.flatMap(children);
  }
  return undefined;
}

function children(token: CST.Token): CST.Token[] {
  const inside = token.type === 'document' ? [token.value] : [];
  const items = CST.isCollection(token) ? token.items : [];
  return [...inside, ...items.flatMap(({ key, value }) => [key, value])].filter(
    (child) => child !== undefined && child !== null,
  );
}

/** The library's own check compares every key with every other. */
function refuseDuplicates(document: Document.Parsed, at: (offset: number) => string): void {
  visit(document, {
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) throw duplicateKey(at(key.range?.[0] ?? 0), String(key.value));
        seen.add(key.value);
      }
    },
  });
}

function toValue(document: Document.Parsed, at: (offset: number) => string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: LIMITS.aliases });
    // Fails if an alias refers to itself.
    JSON.stringify(value);
    return value;
  } catch (error) {
    throw aliasInvalid(at(0), error instanceof ReferenceError ? error.message : undefined);
  }
}

/** The offset of a key or value, or of the nearest one around it. */
function find(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  const parent = path.slice(0, -1);
  if (part === 'key' && path.length > 0) {
    const map = parent.length === 0 ? document.contents : document.getIn(parent, true);
    const pair = isMap(map)
      ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
      : undefined;
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? 0;
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (isNode(node)) return node.range?.[0] ?? 0;
  return path.length === 0 ? 0 : find(document, parent, part);
}
