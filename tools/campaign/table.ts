import type { Trial } from './trial.ts';

/** What a campaign found. */
export interface Figures {
  readonly seed: string;
  readonly trials: readonly Trial[];
  /** How many places of a run were tried, and of how many. */
  readonly places: string;
  readonly seconds: number;
}

/** The figures as lines of text. */
export function table({ seed, trials, places, seconds }: Figures): string {
  const sum = (pick: (one: Trial) => number): number =>
    trials.reduce((total, one) => total + pick(one), 0);
  const killed = trials.filter((one) => one.killed);
  const runs = killed.map((one) => one.runs).toSorted((a, b) => a - b);
  const rows: [string, string | number][] = [
    ['seed', seed],
    ['kills', killed.length],
    ['places of a run that were tried', places],
    ['runs that ended before their kill', trials.length - killed.length],
    ['rules broken', sum((one) => one.broken.length)],
    ['outages', sum((one) => one.outages)],
    ['orphans', sum((one) => one.orphans)],
    ['plaintext found', sum((one) => one.plaintext)],
    ['sinks torn until the next run (pair only)', sum((one) => one.torn)],
    [
      'runs until converged, median and most',
      `${runs[Math.floor(runs.length / 2)] ?? '-'}, ${runs.at(-1) ?? '-'}`,
    ],
    ['seconds', seconds.toFixed(0)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, figure]) => `${label.padEnd(width)}  ${figure}\n`).join('');
}
