import type { Place, Verdict } from './mutant.ts';

/** What came of one mutant. */
export interface Result extends Place {
  readonly verdict: Verdict;
  /** Why it does no harm that no test notices it. */
  readonly justified?: string;
}

/** The least share that is good enough. */
export const BAR = 0.95;

/** Noticed by a test, of those that a test should notice. */
export function shareOf(results: readonly Result[]): number {
  const counted = results.filter(({ justified }) => justified === undefined);
  const noticed = counted.filter(({ verdict }) => isNoticed(verdict));
  return counted.length === 0 ? 1 : noticed.length / counted.length;
}

export function isNoticed(verdict: Verdict): boolean {
  return verdict === 'killed' || verdict === 'timed out';
}

const COLUMNS = ['mutants', 'killed', 'timed out', 'survived', 'no coverage', 'justified', 'share'];

/** A line for each file, one for all of them, and then what was not noticed. */
export function render(results: readonly Result[]): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const width = Math.max(...files.map((file) => file.length), 'all'.length);
  const line = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(width)}${cells.map((cell, i) => cell.padStart((COLUMNS[i] ?? '').length + 2)).join('')}\n`;
  const table = [
    line('', COLUMNS),
    ...files.map((file) => line(file, cellsOf(results.filter((one) => one.file === file)))),
    line('all', cellsOf(results)),
  ];
  const missed = results.filter((one) => !isNoticed(one.verdict) && one.justified === undefined);
  return `${table.join('')}${missed.map((one) => `\n${describe(one)}`).join('')}\n`;
}

function cellsOf(results: readonly Result[]): readonly string[] {
  const left = results.filter(({ justified }) => justified === undefined);
  const count = (verdict: Verdict): string =>
    String(left.filter((one) => one.verdict === verdict).length);
  return [
    String(results.length),
    count('killed'),
    count('timed out'),
    count('survived'),
    count('no coverage'),
    String(results.length - left.length),
    `${(100 * shareOf(results)).toFixed(1)} %`,
  ];
}

function describe({
  file,
  line,
  column,
  operator,
  verdict,
  before,
  after,
  source,
}: Result): string {
  return `${file}:${line}:${column} ${verdict}, ${operator}: ${cut(before)} → ${cut(after) || '(nothing)'}\n    ${source}\n`;
}

function cut(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
