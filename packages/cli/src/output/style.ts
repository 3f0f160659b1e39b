import { styleText } from 'node:util';

import type { Output } from '../host.ts';
import { displayWidth, pad } from './width.ts';

type Format = Parameters<typeof styleText>[0];

/** Colours text if the output shows colours. */
export type Paint = (format: Format, text: string) => string;

export function painter(output: Output): Paint {
  return output.colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

const LEAST = 8;
const GAP = 2;
/** The indent of a cell that needs a line of its own. */
const INDENT = 4;

/**
 * Aligns columns, two spaces apart; one text for each row. If the rows do not fit into `room`, the widest columns get narrower, and a cell
 * that is longer moves the ones behind it to the right, or onto another line: words and ids stay whole.
 */
export function table(rows: readonly (readonly string[])[], room = Infinity): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))));
  const fitting = shrink(widths, room - GAP * (widths.length - 1));
  let next = 0;
  const starts = fitting.map((width) => {
    const start = next;
    next += width + GAP;
    return start;
  });
  return rows.map((row) => placed(row, starts, room));
}

/** The cells of a row at their columns, or as close behind as they fit. */
function placed(row: readonly string[], starts: readonly number[], room: number): string {
  const lines = [''];
  for (const [at, cell] of row.entries()) {
    if (cell === '') continue;
    const width = displayWidth(cell);
    const last = lines.at(-1) ?? '';
    const start = Math.max(starts[at] ?? 0, last === '' ? 0 : displayWidth(last) + GAP);
    if (last === '' || start + width <= room) lines[lines.length - 1] = pad(last, start) + cell;
    else {
      const column = starts[at] ?? 0;
      lines.push(' '.repeat(column + width <= room ? column : INDENT) + cell);
    }
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

function shrink(widths: readonly number[], room: number): readonly number[] {
  let fitting = widths;
  let excess = widths.reduce((sum, width) => sum + width, -room);
  for (; excess > 0; excess--) {
    const widest = Math.max(...fitting);
    if (widest <= LEAST) break;
    fitting = fitting.with(fitting.indexOf(widest), widest - 1);
  }
  return fitting;
}

/** The width of the output; unlimited for a pipe or a file. */
export function roomOf(output: Output): number {
  return output.terminal ? output.columns : Infinity;
}
