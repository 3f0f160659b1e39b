import { styleText } from 'node:util';

import type { Output } from '../host.ts';

type Format = Parameters<typeof styleText>[0];

/** Paints text where the output shows colour, and leaves it alone where it does not. */
export type Paint = (format: Format, text: string) => string;

export function painter(output: Output): Paint {
  return output.colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;
}

/** Lines up columns, two spaces apart; the last one is as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A time as people read it, in UTC: `2026-11-24 09:30 UTC`. */
export function readableTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
