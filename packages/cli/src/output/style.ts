import { styleText } from 'node:util';

import type { Output } from '../host.ts';
import { cut, displayWidth, pad } from './width.ts';

type Format = Parameters<typeof styleText>[0];

/** Colours text if the output shows colours. */
export type Paint = (format: Format, text: string) => string;

export function painter(output: Output): Paint {
  return output.colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

const LEAST = 8;

/** Aligns columns, two spaces apart. Cuts the widest columns until the lines fit into `room`. */
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

/** The width of the output; unlimited for a pipe or a file. */
export function roomOf(output: Output): number {
  return output.terminal ? output.columns : Infinity;
}
