import { visit, type Document, type YAMLError } from 'yaml';

import {
  firstCharacterReserved,
  indentedTooFar,
  secondColon,
  syntaxInvalid,
  tagUnknown,
  type Fault,
} from '../messages.ts';
import type { Found } from './yaml-inspect.ts';

/** One mistake often causes several errors of the parser. */
const MOST = 5;

/** What the parser could not read: the first error of each line, and not more than a few. */
export function syntaxProblems(
  document: Document.Parsed,
  text: string,
  lineOf: (offset: number) => number,
): Found[] {
  const lines = new Set<number>();
  return [...document.errors, ...document.warnings]
    .toSorted((a, b) => a.pos[0] - b.pos[0])
    .filter(({ pos }) => {
      const line = lineOf(pos[0]);
      const isFirst = !lines.has(line);
      lines.add(line);
      return isFirst;
    })
    .slice(0, MOST)
    .map((error) => foundOf(error, document, text));
}

function foundOf(
  { code, message, pos }: YAMLError,
  document: Document.Parsed,
  text: string,
): Found {
  // The header of a block scalar is behind its first character.
  const offset = pos[0] - (message.startsWith('Block scalar header') ? 1 : 0);
  const [summary = ''] = message.split('\n', 1);
  const fault = faultOf(code, summary, offset, text);
  if (/^Missing closing ["']/.test(summary)) return { offset: lastQuote(document, offset), fault };
  return { offset, fault };
}

function faultOf(code: string, message: string, offset: number, text: string): Fault {
  const rest = text.slice(offset).split('\n', 1)[0] ?? '';
  if (code === 'TAG_RESOLVE_FAILED') return tagUnknown(valueAt(rest));
  if (
    code === 'BAD_SCALAR_START' ||
    code === 'BAD_ALIAS' ||
    message.startsWith('Block scalar header')
  )
    return firstCharacterReserved(valueAt(rest));
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return /^[^#]*:(?:\s|$)/.test(rest) ? secondColon : indentedTooFar;
  if (code === 'MULTILINE_IMPLICIT_KEY') return indentedTooFar;
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return syntaxInvalid(/^\s*\t\s*$/.test(before) ? 'Tabs are not allowed' : message);
}

/** A value without quotes, as far as it was probably meant. */
function valueAt(line: string): string {
  return /^[^\s,\]}#]+/.exec(line)?.[0] ?? line.slice(0, 1);
}

/** Where the quotes begin that are not closed: the parser reports where the text ends. */
function lastQuote(document: Document.Parsed, end: number): number {
  let found = end;
  visit(document, {
    Scalar(_, { type, range }) {
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      if (isQuoted && range && range[0] < end) found = range[0];
    },
  });
  return found;
}
