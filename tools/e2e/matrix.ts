/** What came of one cell: it held, it failed for a reason, or it cannot run here for a reason. */
export type Outcome =
  | { readonly kind: 'held'; readonly seconds: number }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface Cell {
  readonly row: string;
  readonly column: string;
  readonly outcome: Outcome;
}

const MARKS = { held: '✔', failed: '✖', skipped: '–' } as const;

/** The cells as a table, and below it why some failed or did not run. */
export function table(cells: readonly Cell[]): string {
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const shown = (row: string, column: string): string => {
    const cell = cells.find((one) => one.row === row && one.column === column);
    if (cell === undefined) return '';
    const { outcome } = cell;
    const seconds = outcome.kind === 'held' ? ` ${outcome.seconds.toFixed(0)} s` : '';
    return `${MARKS[outcome.kind]}${seconds}`;
  };
  const lines = [
    ['', ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => shown(row, column))]),
  ];
  const widths = ['', ...columns].map((_, at) =>
    Math.max(...lines.map((line) => (line[at] ?? '').length)),
  );
  const text = lines.map((line) =>
    line
      .map((field, at) => field.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const reasons = cells.flatMap(({ row, column, outcome }) =>
    outcome.kind === 'held' ? [] : [`${MARKS[outcome.kind]} ${row}, ${column}: ${outcome.reason}`],
  );
  return `${[...text, ...(reasons.length > 0 ? ['', ...new Set(reasons)] : [])].join('\n')}\n`;
}

/** Whether all held, and at least one ran. */
export function isGood(cells: readonly Cell[]): boolean {
  return (
    cells.some(({ outcome }) => outcome.kind === 'held') &&
    cells.every(({ outcome }) => outcome.kind !== 'failed')
  );
}
