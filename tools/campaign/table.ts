import type { Trial } from './trial.ts';
import type { Setup } from './world.ts';

/** What a campaign found. */
export interface Figures {
  readonly setup: Setup;
  readonly seed: string;
  readonly trials: readonly Trial[];
  /** How many places of a run were tried, and of how many. */
  readonly places: string;
  readonly seconds: number;
}

/** The figures as lines of text. */
export function table({ setup, seed, trials, places, seconds }: Figures): string {
  const killed = trials.filter((one) => one.killed);
  const runs = killed.map((one) => one.runs).toSorted((a, b) => a - b);
  const rows: Row[] = [
    ['seed', seed],
    ...(setup.store === undefined ? [] : [where(setup)]),
    ['kills', killed.length],
    ...kindRows(trials),
    ['places of a run that were tried', places],
    [
      'runs that ended before their kill',
      trials.filter((one) => !one.killed && !one.faulty).length,
    ],
    ...(setup.store === undefined ? [] : storeRows(trials)),
    ['rules broken', sum(trials, (one) => one.broken.length)],
    ...deletedRow(trials),
    ['outages', sum(trials, (one) => one.outages)],
    ['orphans', sum(trials, (one) => one.orphans)],
    ['plaintext found', sum(trials, (one) => one.plaintext)],
    ['sinks torn until the next run (pair only)', sum(trials, (one) => one.torn)],
    [
      'runs until converged, median and most',
      `${runs[Math.floor(runs.length / 2)] ?? '-'}, ${runs.at(-1) ?? '-'}`,
    ],
    ['seconds', seconds.toFixed(0)],
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, figure]) => `${label.padEnd(width)}  ${figure}\n`).join('');
}

type Row = [string, string | number];

const where = ({ store = 'file', lost }: Setup): Row => [
  'store',
  lost ? `${store}, disk lost` : store,
];

/** What the worlds of a store had, by trials. */
function storeRows(trials: readonly Trial[]): Row[] {
  const rows: Row[] = [
    ['pushes that the git server spoilt', count(trials, ({ faulty }) => faulty)],
    ['over smart HTTP', count(trials, ({ world }) => world.store === 'git-http')],
    ['with a rival', count(trials, ({ world }) => world.race !== 'none')],
    [
      'continued by a machine that sees no processes',
      count(trials, ({ world }) => world.elsewhere),
    ],
    ['runs that found the lock taken', sum(trials, ({ busy }) => busy)],
    ['locks ended by hand', sum(trials, ({ unlocked }) => unlocked)],
    ['with an unsigned ledger', count(trials, ({ world }) => !world.signed)],
  ];
  return rows.filter(([, figure]) => figure !== 0);
}

/** Where an issuer allows no more tokens, a kill amid the deliveries leaves all of them in use. */
function deletedRow(trials: readonly Trial[]): Row[] {
  const deleted = sum(trials, (one) => one.deleted);
  return deleted === 0 ? [] : [['without room until a token was deleted by hand', deleted]];
}

/** How many of them were of each kind of credential, if there is more than one. */
function kindRows(trials: readonly Trial[]): Row[] {
  const kinds = [...new Set(trials.map(({ world }) => world.credential.kind))].toSorted();
  if (kinds.length < 2) return [];
  return kinds.map((kind) => [
    `  ${kind}`,
    count(trials, ({ killed, world }) => killed && world.credential.kind === kind),
  ]);
}

function count(trials: readonly Trial[], wanted: (one: Trial) => boolean): number {
  return trials.filter(wanted).length;
}

function sum(trials: readonly Trial[], pick: (one: Trial) => number): number {
  return trials.reduce((total, one) => total + pick(one), 0);
}
