// Kills runs of the built program at each of their places and at random instants, and runs them again until nothing is left to
// do. `node tools/campaign/main.ts --kills 1000`; the seed that it prints replays the random instants with --seed.
import { parseArgs } from 'node:util';

import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { countPlaces } from './place.ts';
import { everyPoint, type Point } from './point.ts';
import { trial, type Trial } from './trial.ts';

const WORKERS = 3;
const LONGEST_RUN = 600;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const wanted = Number(values.kills);
const random = seededRandom(Number(values.seed));
const started = performance.now();

const points = everyPoint(await countPlaces());
const everyPlace = shuffle(
  points.flatMap((point) => (['pair', 'joined'] as const).map((layout) => ({ point, layout }))),
);
const work = everyPlace.slice(0, wanted);
while (work.length < wanted) {
  const point: Point = { what: 'instant', milliseconds: Math.floor(random() * LONGEST_RUN) };
  work.push({ point, layout: random() < 0.5 ? 'pair' : 'joined' });
}

const trials: Trial[] = [];
const queue = work.values();
await Promise.all(
  Array.from({ length: WORKERS }, async () => {
    for (const { point, layout } of queue) trials.push(await trial(point, layout));
  }),
);

const killed = trials.filter((one) => one.killed);
const runs = trials.map((one) => one.runs).toSorted((a, b) => a - b);
const sum = (pick: (one: Trial) => number): number =>
  trials.reduce((total, one) => total + pick(one), 0);
const broken = trials.flatMap((one) => one.broken);
const rows: [string, string][] = [
  ['seed', values.seed],
  ['runs begun to be killed', String(trials.length)],
  ['killed (the others ended first)', String(killed.length)],
  [
    'places of a run that were tried',
    `${Math.min(wanted, everyPlace.length)} of ${everyPlace.length}`,
  ],
  ['rules broken', String(broken.length)],
  ['outages', String(sum((one) => one.outages))],
  ['orphans', String(sum((one) => one.orphans))],
  ['plaintext found', String(sum((one) => one.plaintext))],
  ['sinks torn until the next run (pair only)', String(sum((one) => one.torn))],
  ['runs until converged, median and most', `${runs[Math.floor(runs.length / 2)]}, ${runs.at(-1)}`],
  ['seconds', ((performance.now() - started) / 1000).toFixed(0)],
];
const width = Math.max(...rows.map(([label]) => label.length));
for (const [label, figure] of rows) process.stdout.write(`${label.padEnd(width)}  ${figure}\n`);
for (const line of broken.slice(0, 20)) process.stdout.write(`broken: ${line}\n`);
process.exitCode = broken.length > 0 || killed.length === 0 ? 1 : 0;

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
