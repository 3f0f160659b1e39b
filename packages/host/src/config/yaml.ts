import { Composer, LineCounter, type Document } from 'yaml';

import {
  aliasesExcessive,
  notJson,
  secondDocument,
  syntaxInvalid,
  tooManyOf,
  type Fault,
} from '../messages.ts';
import { blankComments, isJson } from './json-comments.ts';
import {
  formatPath,
  inOrder,
  type ConfigProblem,
  type Path,
  type Place,
  type Reading,
} from './source.ts';
import { find } from './yaml-find.ts';
import { inspect, type Found } from './yaml-inspect.ts';
import { LIMITS, tokensOf } from './yaml-limits.ts';
import { syntaxProblems } from './yaml-syntax.ts';

/** Reads a text of YAML, or of JSON with comments if the file is named so. */
export function readYaml(file: string, written: string): Reading {
  const isNamedJson = /\.json$/i.test(file);
  const text = isNamedJson ? blankComments(written) : written;
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const told = ({ offset, fault, path = [] }: Found): ConfigProblem => ({
    place: at(offset),
    key: formatPath(path),
    ...fault,
  });
  const only = (offset: number, fault: Fault): Reading => ({
    problems: [told({ offset, fault })],
    warnings: [],
  });

  const tokens = tokensOf(text, lines);
  if (!Array.isArray(tokens)) return only(0, tokens);
  const composer = new Composer({
    lineCounter: lines,
    uniqueKeys: false,
    stringKeys: true,
    merge: true,
    // Whatever a directive says: in YAML 1.1, `off` would be false.
    version: '1.2',
    schema: 'core',
    logLevel: 'error',
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  if (document === undefined) return only(0, syntaxInvalid('the file has no content'));
  const wrong = syntaxProblems(document, text, (offset) => lines.linePos(offset).line);
  if (wrong.length > 0) return { problems: inOrder(wrong.map(told)), warnings: [] };
  if (second !== undefined) return only(second.range[0], secondDocument);

  const seen = inspect(document, text, isNamedJson, (offset) => lines.linePos(offset).line);
  if (seen.merged > LIMITS.nodes) return only(0, tooManyOf(LIMITS.nodes, 'values'));
  const problems = inOrder(seen.problems.map(told));
  const warnings = inOrder([
    ...(isNamedJson && !isJson(text) ? [told({ offset: 0, fault: notJson })] : []),
    ...seen.warnings.map(told),
  ]);
  if (!seen.isUsable) return { problems, warnings };
  const content = contentOf(document);
  if (content === undefined) return only(0, aliasesExcessive);
  const locate = (path: Path, part: 'key' | 'value'): Place =>
    at(find(document.contents, seen.targets, path, part));
  return { problems, warnings, source: { file, value: content.value, locate } };
}

/** Undefined if the aliases multiply. */
function contentOf(document: Document.Parsed): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: LIMITS.aliases }) as unknown };
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}
