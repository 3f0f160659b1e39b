import type { PipelinePath, PipelineReading, PipelineSource } from '@keyturn/core';
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml';

import { pipelineUnread } from '../messages.ts';

/** One variable of a job, input of a step or flag of a command, and what feeds it. */
export interface Feed {
  readonly variable: string;
  readonly source: PipelineSource;
  /** The path to the job or step that gets it; empty for all jobs. */
  readonly scope: PipelinePath;
  readonly line: number;
}

/** What one file shows. */
export interface Parsed {
  readonly feeds: readonly Feed[];
  /** The jobs and steps that exist: the scopes of all values and scripts. */
  readonly scopes: readonly PipelinePath[];
  /** Paths of files that are included. */
  readonly includes: readonly string[];
}

/** Why a file was not read. */
export interface Unread {
  readonly reason: string;
}

/** In characters: pipelines are far shorter. */
const MOST_CHARACTERS = 256 * 1024;
const MOST_NODES = 20_000;
const MOST_DEPTH = 32;
const MOST_SCOPES = 1000;
const MOST_FEEDS = 4000;
/** An assignment or a flag in a script, with its value. */
const IN_SCRIPT =
  /(?:^|[\s;&|(])(?:(?<name>[A-Za-z_]\w{0,127})=|(?<flag>--[a-z][a-z-]{0,63})(?:=|[ \t]+))(?:"(?<double>[^"\n]*)"|'(?<single>[^'\n]*)'|(?<plain>(?:\$\{\{[^{}\n]*\}\}|[^\s"';&|()])+))/g;

/** Reads what feeds the variables of a pipeline. Only reads its text; broken or endless files give a reason. */
export function parsePipeline(text: string, reading: PipelineReading): Parsed | Unread {
  if (text.length > MOST_CHARACTERS) return { reason: pipelineUnread.tooLong() };
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined || document.errors.length > 0)
    return { reason: pipelineUnread.broken() };
  const feeds: Feed[] = [];
  const scopes = new Map<string, PipelinePath>();
  const includes: string[] = [];
  const read = (path: PipelinePath, value: string, offset: number): void => {
    const include = reading.includeOf?.(path, value);
    if (include !== undefined) includes.push(include);
    const place = reading.placeOf(path);
    if (place === undefined) return;
    const scope = path.slice(0, place.depth);
    const { line } = lines.linePos(offset);
    scopes.set(JSON.stringify(scope), scope);
    const found =
      place.variable === undefined ? inScript(value) : [{ variable: place.variable, value }];
    for (const one of found) {
      const source = reading.sourceOf(one.value);
      if (source !== undefined) feeds.push({ variable: one.variable, source, scope, line });
    }
  };
  const isWhole = walk(document, read);
  const isShort = scopes.size <= MOST_SCOPES && feeds.length <= MOST_FEEDS;
  return isWhole && isShort
    ? { feeds, scopes: [...scopes.values()], includes }
    : { reason: pipelineUnread.tooLong() };
}

function parse(text: string, lines: LineCounter): Document | undefined {
  try {
    // To find keys that are there twice, the parser compares each with each.
    return parseDocument(text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false });
  } catch {
    return undefined;
  }
}

/** Visits all texts, with aliases as if they were written out; false if there are too many. */
function walk(
  document: Document,
  read: (path: PipelinePath, text: string, offset: number) => void,
): boolean {
  let nodes = 0;
  // The parser's own look-up would visit the whole document for each alias.
  const anchors = new Map<string, unknown>();
  const visit = (node: unknown, path: PipelinePath): boolean => {
    if (++nodes > MOST_NODES || path.length > MOST_DEPTH) return false;
    if (isAlias(node)) return visit(anchors.get(node.source), path);
    if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) return node.items.every((item, at) => visit(item, [...path, at]));
    if (isMap(node))
      return node.items.every(({ key, value }) => {
        const name = String(isScalar(key) ? key.value : '');
        // A merged map is read as a part of the one around it.
        return visit(value, name === '<<' ? path : [...path, name]);
      });
    if (isScalar(node) && ['string', 'number'].includes(typeof node.value))
      read(path, sourceText(node), node.range?.[0] ?? 0);
    return true;
  };
  return visit(document.contents, []);
}

/** Numbers as they are written: ids can start with a zero. */
function sourceText(node: { readonly value: unknown; readonly source?: string }): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function inScript(text: string): readonly { readonly variable: string; readonly value: string }[] {
  return [...text.matchAll(IN_SCRIPT)].flatMap(({ groups = {} }) => {
    const variable = groups['name'] ?? groups['flag'];
    const value = groups['double'] ?? groups['single'] ?? groups['plain'];
    return variable === undefined || value === undefined ? [] : [{ variable, value }];
  });
}
