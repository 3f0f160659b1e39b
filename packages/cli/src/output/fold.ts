import { displayWidth } from './width.ts';

const COLOUR = /\p{Cc}\[[\d;]*m/gu;
/** A colour, or a character with its accents. */
const PIECE = /\p{Cc}\[[\d;]*m|\P{M}\p{M}*/gu;
/** Whatever moves the cursor: such a text is placed already. */
const MOVES = /(?![\n\t])\p{Cc}(?!\[[\d;]*m)/u;

/**
 * Breaks lines that are wider than a terminal at spaces, so that the terminal does not break them inside of words. The other lines have
 * the indent of the first; a word that is too long stays whole.
 */
export function folded(text: string, columns: number): string {
  if (text.length <= columns || MOVES.test(text)) return text;
  return text
    .split('\n')
    .flatMap((line) => foldedLine(line, columns))
    .join('\n');
}

/** Breaks a line at the right edge of the terminal, for a screen whose lines are counted: inside of a word if it has to be. */
export function broken(line: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const folds of folded(line, columns).split('\n')) {
    let part = '';
    for (const [one] of folds.matchAll(PIECE)) {
      if (widthOf(part + one) > columns) lines.push(part);
      part = widthOf(part + one) > columns ? one : part + one;
    }
    lines.push(part);
  }
  return lines;
}

function foldedLine(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const [indent = ''] = /^ */.exec(line.replaceAll(COLOUR, '')) ?? [];
  const lines: string[] = [];
  // Spaces inside of a line are kept: they align columns.
  for (const [part] of line.matchAll(/ *[^ ]+/g)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(part);
    else if (widthOf(last + part) <= columns) lines[lines.length - 1] = last + part;
    else lines.push(indent + part.trimStart());
  }
  return lines;
}

function widthOf(text: string): number {
  return displayWidth(text.replaceAll(COLOUR, ''));
}
