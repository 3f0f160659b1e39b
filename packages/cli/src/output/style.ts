import { styleText } from 'node:util';

import type { Output } from '../host.ts';
import { cut, displayWidth, pad } from './width.ts';

type Format = Parameters<typeof styleText>[0];

/** Paints text where the output shows colour, and leaves it alone where it does not. */
export type Paint = (format: Format, text: string) => string;

export function painter(output: Output): Paint {
  return output.colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

const LEAST = 8;

/** Lines up columns, two spaces apart. Where there is a `room`, the widest columns are cut until the lines fit into it. */
export function table(rows: readonly (readonly string[])[], room = Infinity): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, displayWidth(cell))));
  const fitting = shrink(widths, room - 2 * (widths.length - 1));
  return rows.map((row) =>
    row
      .map((cell, i) => pad(cut(cell, fitting[i] ?? 0), fitting[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
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

/** The columns that there are to fill: a pipe or a file has as many as are wanted. */
export function roomOf(output: Output): number {
  return output.terminal ? output.columns : Infinity;
}
