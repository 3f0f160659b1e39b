import { seededRandom } from '../../packages/core/src/testing/index.ts';
import { isOther, serviceToken } from './credentials/all.ts';
import { countPlaces, openPlaces } from './place.ts';
import { everyPoint, type Point } from './point.ts';
import { type Figures, table } from './table.ts';
import { trial, type Trial } from './trial.ts';
import { lotsOf, plainWorld, SHARE, type Lot, type Setup, type World, worldFor } from './world.ts';

const WORKERS = 3;

interface Work {
  readonly point: Point;
  readonly world: World;
}

/** What is done to one half of the trials: every place of its runs, and then instants of them. */
interface Queue {
  readonly lots: readonly Lot[];
  readonly places: Work[];
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
  const longest = new Map<Lot, number>();
  const trials: Trial[] = [];
  let queues: readonly Queue[] = [];
  let all = 0;
  let tried = 0;
  let kills = 0;
  let begun = 0;

  const workFor = (point: Point, lot: Lot): Work => ({
    point,
    world: worldFor(point, lot, setup, random),
  });

  function next(): Work | undefined {
    if (kills + begun >= wanted) return undefined;
    const [usual, other] = queues;
    const isUsual = other === undefined || random() >= SHARE;
    const queue = (isUsual ? usual : other) ?? { lots: [], places: [] };
    const place = queue.places.pop();
    if (place !== undefined) {
      tried++;
      return place;
    }
    const lot = pick(queue.lots, random);
    const milliseconds = Math.floor(random() * (longest.get(lot) ?? 0));
    return workFor({ what: 'instant', milliseconds }, lot);
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

  async function everyPlaceOf(lots: readonly Lot[]): Promise<Queue> {
    const found: Work[] = [];
    for (const lot of lots) {
      const counts = await countPlaces(places, plainWorld(lot, setup));
      longest.set(lot, counts.milliseconds);
      found.push(...everyPoint(counts, random).map((point) => workFor(point, lot)));
    }
    all += found.length;
    return { lots, places: shuffle(found, random) };
  }

  try {
    const lots = lotsOf(setup, most, random);
    await countPlaces(places, plainWorld({ credential: serviceToken, layout: 'pair' }, setup));
    for (const isOne of [
      (lot: Lot) => !isOther(lot.credential),
      (lot: Lot) => isOther(lot.credential),
    ]) {
      const some = lots.filter(isOne);
      if (some.length > 0) queues = [...queues, await everyPlaceOf(some)];
    }
    await Promise.all(Array.from({ length: WORKERS }, work));
  } finally {
    await places.close();
  }

  const broken = trials.flatMap((one) => one.broken);
  const figures: Figures = {
    setup,
    seed: String(seed),
    trials,
    places: `${tried} of ${all}`,
    seconds: (performance.now() - started) / 1000,
  };
  print(table(figures));
  for (const line of broken.slice(0, 20)) print(`broken: ${line}\n`);
  return broken.length === 0 && kills >= wanted;
}

function pick(lots: readonly Lot[], random: () => number): Lot {
  const [first] = lots;
  const lot = lots[Math.floor(random() * lots.length)] ?? first;
  if (lot === undefined) throw new Error('there is nothing to kill');
  return lot;
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
