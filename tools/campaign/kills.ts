import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { layouts, type LayoutName } from './layout.ts';
import { countPlaces, openPlaces } from './place.ts';
import { everyPoint, type Point } from './point.ts';
import { type Figures, table } from './table.ts';
import { trial, type Trial } from './trial.ts';
import { plainWorld, type Setup, someLayout, type World, worldFor } from './world.ts';

const WORKERS = 3;

interface Work {
  readonly point: Point;
  readonly world: World;
}

/**
 * Kills runs of the built program at each of their places and at random instants, and runs them again until nothing is left to
 * do. Returns whether there were as many kills as were asked for, and every rule held.
 */
export async function killCampaign(
  most: number,
  seed: number,
  setup: Setup,
  print: (text: string) => void,
): Promise<boolean> {
  let wanted = most;
  // An interrupt lets the trials under way end, and tells what there is by then.
  process.once('SIGINT', () => (wanted = kills));
  const random = seededRandom(seed);
  const started = performance.now();
  const places = await openPlaces();
  const longest = new Map<LayoutName, number>();
  const everyPlace: Work[] = [];
  const trials: Trial[] = [];
  let queue: Work[] = [];
  let tried = 0;
  let kills = 0;
  let begun = 0;

  const workFor = (point: Point, layout: LayoutName): Work => ({
    point,
    world: worldFor(point, layout, setup, random),
  });

  /** Every place first, and then instants until there were as many kills as were asked for. */
  function next(): Work | undefined {
    if (kills + begun >= wanted) return undefined;
    const place = queue.pop();
    if (place !== undefined) {
      tried++;
      return place;
    }
    const layout = someLayout(random);
    const milliseconds = Math.floor(random() * (longest.get(layout) ?? 0));
    return workFor({ what: 'instant', milliseconds }, layout);
  }

  async function work(): Promise<void> {
    for (let one = next(); one !== undefined; one = next()) {
      begun++;
      const made = await trial(places, one.point, one.world);
      begun--;
      trials.push(made);
      if (made.killed && ++kills % 100 === 0) process.stderr.write(`${kills} kills\n`);
    }
  }

  try {
    await countPlaces(places, plainWorld('pair', setup));
    for (const layout of layouts) {
      const counts = await countPlaces(places, plainWorld(layout, setup));
      longest.set(layout, counts.milliseconds);
      everyPlace.push(...everyPoint(counts, random).map((point) => workFor(point, layout)));
    }
    queue = shuffle(everyPlace, random);
    await Promise.all(Array.from({ length: WORKERS }, work));
  } finally {
    await places.close();
  }

  const broken = trials.flatMap((one) => one.broken);
  const figures: Figures = {
    setup,
    seed: String(seed),
    trials,
    places: `${tried} of ${everyPlace.length}`,
    seconds: (performance.now() - started) / 1000,
  };
  print(table(figures));
  for (const line of broken.slice(0, 20)) print(`broken: ${line}\n`);
  return broken.length === 0 && kills >= wanted;
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
