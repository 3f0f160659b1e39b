import { readFile, stat } from 'node:fs/promises';

import { printable, type KeyturnError } from '@keyturn/core';
import { Composer, CST, isMap, isNode, isScalar, LineCounter, Parser, visit } from 'yaml';
import type { Document, YAMLError } from 'yaml';

import { unreadable, type ConfigSource, type Path } from './source.ts';

const HINT = 'Correct the file there: it must be one document of YAML 1.2 or JSON.';

const MOST_BYTES = 1024 * 1024;
/** Far more than any configuration has; a file beyond them is made to exhaust whoever reads it. */
const LIMITS = { depth: 64, nodes: 100_000, aliases: 1000 } as const;
const TOO_DEEP = `is nested more than ${LIMITS.depth} levels deep`;

/** Reads a YAML or JSON file. JSON is read as the YAML that it is, so that places are known. */
export async function readDocument(file: string): Promise<ConfigSource> {
  const tooLarge = unreadable(file, 'is larger than 1 MiB');
  if ((await stat(file)).size > MOST_BYTES) throw tooLarge;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw unreadable(file, 'is not UTF-8 text', 'Save it as UTF-8.');
    throw unreadable(file, `cannot be read (${code ?? 'unknown'})`, 'Check who may read it.');
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
  const tooMuch = (excess: string): KeyturnError =>
    unreadable(at(0), excess, 'Configurations are small; this is none.');
  if (tokens === undefined) throw tooMuch(TOO_DEEP);
  const excess = findExcess(tokens);
  if (excess !== undefined) throw tooMuch(excess);

  const options = { lineCounter: lines, uniqueKeys: false, stringKeys: true } as const;
  const composer = new Composer({ ...options, logLevel: 'error' });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) throw unreadable(at(0), 'is empty');
  const [wrong]: YAMLError[] = [...document.errors, ...document.warnings];
  if (wrong !== undefined) throw unreadable(at(wrong.pos[0]), wrong.message, HINT);
  if (second !== undefined) throw unreadable(at(second.range[0]), 'a second document begins', HINT);
  refuseDuplicates(document, at);
  return {
    file,
    value: toValue(document, at),
    locate: (path, part) => at(find(document, path, part)),
  };
}

/** Undefined where so many levels end together that the parser, which closes them one inside the other, has no stack left. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | undefined {
  try {
    return [...new Parser(lines.addNewLine).parse(text)];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Counted on the parser's flat output: what follows is recursive, and quadratic in aliases. */
function findExcess(tokens: readonly CST.Token[]): string | undefined {
  let level = tokens;
  let nodes = 0;
  let aliases = 0;
  for (let depth = 0; level.length > 0; depth++) {
    nodes += level.length;
    aliases += level.filter(({ type }) => type === 'alias').length;
    if (depth > LIMITS.depth) return TOO_DEEP;
    if (nodes > LIMITS.nodes) return `holds more than ${LIMITS.nodes} values`;
    if (aliases > LIMITS.aliases) return `holds more than ${LIMITS.aliases} aliases`;
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
        if (seen.has(key.value))
          throw unreadable(
            at(key.range?.[0] ?? 0),
            `${printable(String(key.value), 80)}: the key stands twice`,
            'Keep one of them.',
          );
        seen.add(key.value);
      }
    },
  });
}

function toValue(document: Document.Parsed, at: (offset: number) => string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: LIMITS.aliases });
    // Refuses what refers to itself.
    JSON.stringify(value);
    return value;
  } catch (error) {
    const message = error instanceof ReferenceError ? error.message : 'an alias refers to itself';
    throw unreadable(at(0), message, 'Write the values out.');
  }
}

/** The offset of a key or value, or of the nearest thing around it. */
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
