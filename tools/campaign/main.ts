// Kills runs of the built program at each of their places and at random instants, and runs them again until nothing is left to
// do: `npm run campaign`, or fewer with `npm run campaign -- --kills 60`. The seed that it prints replays order and instants with --seed.
import { parseArgs } from 'node:util';

import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { layouts, type LayoutName } from './layout.ts';
import { countPlaces, openPlaces } from './place.ts';
import { everyPoint, type Point } from './point.ts';
import { type Figures, table } from './table.ts';
import { trial, type Trial } from './trial.ts';

const WORKERS = 3;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
let wanted = Number(values.kills);
// An interrupt lets the trials under way end, and tells what there is by then.
process.once('SIGINT', () => (wanted = kills));
const random = seededRandom(Number(values.seed));
const started = performance.now();

interface Work {
  readonly point: Point;
  readonly layout: LayoutName;
}

const places = await openPlaces();
const longest = new Map<LayoutName, number>();
const everyPlace: Work[] = [];
for (const layout of layouts) {
  const counts = await countPlaces(places, layout);
  longest.set(layout, counts.milliseconds);
  everyPlace.push(...everyPoint(counts).map((point) => ({ point, layout })));
}
const queue = shuffle(everyPlace);
const trials: Trial[] = [];
let tried = 0;
let kills = 0;
let begun = 0;

/** Every place first, and then instants until there were as many kills as were asked for. */
function next(): Work | undefined {
  if (kills + begun >= wanted) return undefined;
  const place = queue.pop();
  if (place !== undefined) {
    tried++;
    return place;
  }
  const layout = layouts[Math.floor(random() * layouts.length)] ?? 'pair';
  const milliseconds = Math.floor(random() * (longest.get(layout) ?? 0));
  return { point: { what: 'instant', milliseconds }, layout };
}

try {
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (let work = next(); work !== undefined; work = next()) {
        begun++;
        const one = await trial(places, work.point, work.layout);
        begun--;
        trials.push(one);
        if (one.killed && ++kills % 100 === 0) process.stderr.write(`${kills} kills\n`);
      }
    }),
  );
} finally {
  await places.close();
}

const broken = trials.flatMap((one) => one.broken);
const figures: Figures = {
  seed: values.seed,
  trials,
  places: `${tried} of ${everyPlace.length}`,
  seconds: (performance.now() - started) / 1000,
};
process.stdout.write(table(figures));
for (const line of broken.slice(0, 20)) process.stdout.write(`broken: ${line}\n`);
process.exitCode = broken.length > 0 || kills < wanted ? 1 : 0;

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
