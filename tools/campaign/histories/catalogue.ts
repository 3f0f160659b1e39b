import { seededRandom } from '../../../packages/core/src/testing/index.ts';
import type { FaultAction } from '../../../packages/sandbox/src/index.ts';
import { kindOf } from './kinds/all.ts';
import type { Kind } from './kinds/kind.ts';
import { service } from './kinds/service.ts';
import type { Point } from '../point.ts';
import type { Clocks, History, Mishap, Operation, Run, Settings } from './history.ts';
import { choices } from './sinks.ts';

/** What is held lands within the settle time, late timers included. */
const LATEST = 200;

/** Chances in whole numbers, the same for the same seed. */
interface Dice {
  /** From 0 up to, and without, the number. */
  below(number: number): number;
  one<Item>(items: readonly Item[]): Item;
  /** Whether that many in a hundred. */
  chance(percent: number): boolean;
}

/** The history of a seed, of ten to twenty operations if their number is not given. */
export function makeHistory(seed: number, issuers: readonly string[], length?: number): History {
  const dice = makeDice(seed);
  const kind = chooseKind(seed, issuers);
  const settings = makeSettings(dice, kind);
  const count = 10 + dice.below(11);
  const all = [...catalogue(kind), ...others(kind)];
  const operations = Array.from({ length: length ?? count }, () => makeOperation(dice, all));
  // Most of them are about what comes after the first contact.
  if (dice.chance(80)) operations[0] = { op: 'rotate', force: false, mishaps: [] };
  return { seed, settings, operations };
}

function makeDice(seed: number): Dice {
  const random = seededRandom(seed);
  const below = (number: number): number => Math.floor(random() * number);
  return {
    below,
    chance: (percent) => below(100) < percent,
    one(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to choose among');
      return item;
    },
  };
}

/** Half of the histories are about service tokens, if they are asked for. The dice of these are not thrown for it. */
function chooseKind(seed: number, issuers: readonly string[]): Kind {
  const dice = makeDice(seed * 31 + 7);
  const rest = issuers.filter((kind) => kind !== service.credential.kind);
  const isUsual = rest.length === 0 || (rest.length < issuers.length && dice.chance(50));
  return kindOf(isUsual ? service.credential.kind : dice.one(rest));
}

function makeSettings(dice: Dice, kind: Kind): Settings {
  return {
    kind: kind.credential.kind,
    layout: dice.one(kind.credential.layouts),
    sinks: someSinks(dice),
    grace: dice.one(['0', '0', '700ms']),
    drift: dice.one(['report', 'heal', 'off']),
    strangers: dice.one([0, 0, 0, 22, 30, 60]),
    shared: kind.others.includes('the other rotation') && dice.chance(30),
  };
}

function someSinks(dice: Dice): readonly number[] {
  const some = [...choices.keys()].filter(() => dice.chance(45));
  return some.length > 0 ? some : [dice.below(choices.length)];
}

type Make = (dice: Dice) => Operation;
type Weighted = readonly [weight: number, make: Make];

/** Each kind of operation with how often it comes, out of a hundred. */
const catalogue = ({ namings, credential }: Kind): readonly Weighted[] => [
  [34, (dice) => ({ op: 'rotate', ...makeRun(dice) })],
  [4, (dice) => ({ op: 'two at once', runs: [makeRun(dice), makeRun(dice)] })],
  [3, (dice) => ({ op: 'abort', ...wrong(dice) })],
  [2, (dice) => ({ op: 'adopt', ...wrong(dice) })],
  [6, (dice) => ({ op: 'names', naming: dice.below(namings.length) })],
  [4, (dice) => ({ op: 'layout', layout: dice.one(credential.layouts) })],
  [6, (dice) => ({ op: 'sinks', sinks: someSinks(dice) })],
  [4, (dice) => ({ op: 'respell', sink: dice.one([0, 1, 3, 4, 5]) })],
  [3, (dice) => ({ op: 'server', server: dice.one(['plain', 'other path', 'other server']) })],
  [2, () => ({ op: 'account' })],
  [2, (dice) => ({ op: 'folder', how: dice.one(['moved', 'copied']) })],
  [3, (dice) => ({ op: 'renamed', ...(dice.chance(50) && { point: makePoint(dice, 25) }) })],
  [4, (dice) => ({ op: 'forget', nth: dice.below(20) })],
  [3, (dice) => ({ op: 'foreign write', nth: dice.below(20), name: dice.below(20) })],
  [2, (dice) => ({ op: 'foreign removal', nth: dice.below(20), name: dice.below(20) })],
  [1, () => ({ op: 'token deleted' })],
  [3, () => ({ op: 'keep a copy of the ledger' })],
  [2, () => ({ op: 'restore the copy' })],
  [1, () => ({ op: 'lose the ledger' })],
  [3, (dice) => ({ op: dice.one(['archive', 'unarchive', 'rename repository']) })],
  [3, (dice) => ({ op: 'clocks', clocks: makeClocks(dice) })],
  [3, (dice) => ({ op: 'wait', milliseconds: 100 * (1 + dice.below(9)) })],
  [
    7,
    (dice) => ({
      op: 'look',
      command: dice.one(['plan', 'plan --force', 'status --check', 'doctor', 'history', 'dry run']),
    }),
  ],
];

/** What happens besides, where credentials are no service tokens. */
function others({ others: some }: Kind): readonly Weighted[] {
  if (some.length === 0) return [];
  return [
    [16, (dice) => ({ op: dice.one(some) })],
    [5, (dice) => ({ op: 'days pass', days: dice.one([1, 5, 12, 25, 45, 100]) })],
  ];
}

function makeOperation(dice: Dice, all: readonly Weighted[]): Operation {
  let rest = dice.below(all.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of all) {
    if (rest < weight) return make(dice);
    rest -= weight;
  }
  throw new Error('the weights do not add up');
}

function makeRun(dice: Dice): Run {
  const filter = { nth: dice.below(20), kind: dice.chance(50) };
  const breakGlass = dice.one(['replace-first', 'revoke-first'] as const);
  return {
    force: dice.chance(45),
    ...(dice.chance(20) && { filter }),
    ...(dice.chance(6) && { breakGlass }),
    ...wrong(dice),
  };
}

/** Half of all goes well; a fourth is killed. */
function wrong(dice: Dice): Pick<Run, 'mishaps' | 'point'> {
  const count = dice.one([0, 0, 0, 0, 1, 1, 1, 2]);
  const mishaps = Array.from({ length: count }, () => makeMishap(dice));
  return { mishaps, ...(dice.chance(30) && { point: makePoint(dice, 70) }) };
}

function makePoint(dice: Dice, files: number): Point {
  return dice.chance(50)
    ? { what: 'file', nth: 1 + dice.below(files), when: dice.one(['before', 'after']) }
    : { what: 'request', nth: 1 + dice.below(35), when: dice.one(['before', 'sent', 'answered']) };
}

function makeMishap(dice: Dice): Mishap {
  const changes = dice.chance(70);
  return {
    to: changes ? 'changes' : 'requests',
    after: dice.below(changes ? 6 : 30),
    action: makeAction(dice),
  };
}

function makeAction(dice: Dice): FaultAction {
  const ms = dice.below(LATEST);
  return dice.one<FaultAction>([
    { dropResponse: true },
    { dropResponse: true },
    { holdMs: ms },
    { holdMs: ms },
    { dropRequest: true },
    { reset: true },
    { delayMs: ms },
    { delayMs: ms, dropResponse: true },
    { status: dice.one([500, 502, 503]) },
    { status: dice.one([401, 403, 404, 422]), body: { message: 'refused' } },
  ]);
}

/** Clocks that are off, coarse, silent, or show what was a moment ago. */
function makeClocks(dice: Dice): Clocks {
  const provider = dice.one(['github', 'gitlab', 'circleci', 'planetscale']);
  return {
    [provider]: {
      storageOffsetMs: dice.one([-90_000, -1300, 0, 1300, 90_000]),
      frontOffsetMs: dice.one([-90_000, -900, 0, 900, 90_000]),
      omitDate: dice.chance(25),
      ...(provider !== 'planetscale' && {
        readLagMs: dice.one([0, 0, 150]),
        resolutionMs: dice.one([1, 1000, 1000, 60_000]),
      }),
    },
  };
}
