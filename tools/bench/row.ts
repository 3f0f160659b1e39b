/** One bar of the design with what was measured. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly bar: string;
  /** Undefined where there is no bar: the figure is only shown. */
  readonly met?: boolean;
}

/** A row whose figure is a ratio of two times measured in the same run. */
export function ratioRow(what: string, milliseconds: number, base: number, bar: number): Row {
  const ratio = milliseconds / base;
  return {
    what,
    measured: `${ratio.toFixed(2)} × (${milliseconds.toFixed(0)} ms against ${base.toFixed(0)} ms)`,
    bar: `≤ ${bar} ×`,
    met: ratio <= bar,
  };
}

/** What could not be measured on this machine, and why. */
export function skippedRow(what: string, why: string): Row {
  return { what, measured: `not measured: ${why}`, bar: 'shown' };
}

export function renderRows(rows: readonly Row[]): string {
  const cells = [
    ['what', 'measured', 'bar', ''],
    ...rows.map((row) => [
      row.what,
      row.measured,
      row.bar,
      row.met === undefined ? '' : row.met ? 'met' : 'MISSED',
    ]),
  ];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
