import type ts from 'typescript';

import type { Change, Place } from './mutant.ts';

/** Where a change is and what it looks like, each text in one line. */
export function placeOf(file: string, source: ts.SourceFile, change: Change): Place {
  const { start, end, text, operator } = change;
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  const lineStart = start - character;
  const lineEnd = source.text.indexOf('\n', start);
  return {
    file,
    line: line + 1,
    column: character + 1,
    operator,
    before: inOneLine(source.text.slice(start, end)),
    after: inOneLine(text),
    source: source.text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).trim(),
  };
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}
