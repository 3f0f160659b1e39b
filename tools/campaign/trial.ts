import { canBeTorn } from './layout.ts';
import { loseMachine, type Machine } from './machine.ts';
import { type Place, type Places, rotateArgs, ROTATION, type Run } from './place.ts';
import { describePoint, type Point } from './point.ts';
import { isBusy, isDone, isFull, judgeRivals, reportOf, tokensNamed, unnamedIn } from './rivals.ts';
import {
  changesAsked,
  holdsPlaintext,
  orphans,
  plaintextFiles,
  type Reading,
  readSinks,
  strangersRevoked,
} from './verdict.ts';
import { describeWorld, type World } from './world.ts';

/** What came of one kill. */
export interface Trial {
  readonly world: World;
  readonly killed: boolean;
  /** The git server did something to a push. */
  readonly faulty: boolean;
  /** Runs after the kill until nothing was left to do. */
  readonly runs: number;
  /** Sinks that a job found with a token that was revoked, at any look. */
  readonly outages: number;
  /** Sinks that a job found torn right after the kill; a pair is until the next run. */
  readonly torn: number;
  readonly orphans: number;
  readonly plaintext: number;
  /** Runs that ended because another had the lock. */
  readonly busy: number;
  /** Locks of machines that are gone, ended by hand. */
  readonly unlocked: number;
  /** Tokens that were deleted by hand, since there was no room for another. */
  readonly deleted: number;
  /** Rules broken, in words. */
  readonly broken: readonly string[];
}

const MOST_RUNS = 5;

/** A trial under way. */
interface Scene {
  readonly place: Place;
  machine: Machine;
  outages: number;
  plaintext: number;
  busy: number;
  unlocked: number;
  /** Their jobs fail until they have another. */
  readonly deleted: Set<string>;
  /** Only an unsigned ledger has it, so that the user names it for the next run. */
  unnamed: string | undefined;
  readings: readonly Reading[];
  readonly blame: (what: string) => void;
}

/** Kills one run and runs again until nothing is left to do, looking at the world after each. */
export async function trial(places: Places, point: Point, world: World): Promise<Trial> {
  const place = await places.make(world);
  const broken: string[] = [];
  const blame = (what: string): void =>
    void broken.push(`${what}, killed ${describePoint(point)} (${describeWorld(world)})`);
  try {
    const machine = await place.newMachine();
    const none = { outages: 0, plaintext: 0, busy: 0, unlocked: 0, readings: [] };
    const scene: Scene = { place, machine, ...none, deleted: new Set(), unnamed: undefined, blame };
    const [first] = await runAtOnce(scene, point, world.race === 'first');
    await look(scene, first.killed);
    const torn = count(scene.readings, 'torn');
    const runs = await converge(scene);
    judgeWorld(scene);
    if (world.store !== undefined && broken.length === 0) await judgeRest(scene);
    if (!canBeTorn(world.credential, world.layout) && torn > 0) blame('an atomic layout was torn');
    const { outages, plaintext, busy, unlocked } = scene;
    const { killed, isFaulty: faulty } = first;
    const deleted = scene.deleted.size;
    const left = { outages, torn, orphans: orphans(place), plaintext, busy, unlocked, deleted };
    return { world, killed, faulty, runs, ...left, broken };
  } finally {
    await place.close();
  }
}

/** Runs the rotation, and a rival of it on another machine if there is one. */
async function runAtOnce(
  scene: Scene,
  point: Point | undefined,
  isRaced: boolean,
  mayBeLocked = false,
): Promise<readonly [Run, ...Run[]]> {
  const { place, machine, blame } = scene;
  const text = await place.ledgers.text();
  const isNamed = !place.world.signed || !text.includes('"adopted"');
  const args = rotateArgs(place, scene.unnamed ?? (isNamed ? place.old : undefined));
  if (!isRaced) {
    const ended = await place.run(machine, args, point);
    hear(scene, ended);
    return [ended];
  }
  const other = await place.newMachine();
  const both = await Promise.all([place.run(machine, args, point), place.run(other, args)]);
  for (const ended of both) hear(scene, ended);
  for (const problem of judgeRivals(...both, mayBeLocked)) blame(problem);
  await loseMachine(other);
  return both;
}

/** An output shows no secret, and no run that ends by itself ends badly. */
function hear(scene: Scene, ended: Run): void {
  const { killed, code, stdout, stderr } = ended;
  const { place, blame } = scene;
  if (code === 5) scene.busy++;
  if (holdsPlaintext(place, stdout + stderr)) blame('rule 3: a secret in the output');
  const isExpected = code === 0 || code === 3 || code === 5 || isFull(ended);
  if (!killed && !isExpected) blame(`exit ${code}: ${(stderr || stdout).slice(-300)}`);
}

/** What jobs and burglars find now. */
async function look(scene: Scene, isKilled = false): Promise<void> {
  const { place, machine, blame } = scene;
  scene.readings = await readSinks(place, machine, scene.deleted);
  const revoked = count(scene.readings, 'revoked');
  if (revoked > 0) blame('rule 1: a sink held a revoked token');
  scene.outages += revoked;
  // An env file that was being written is removed by the next run on its machine.
  const files = isKilled ? [] : await plaintextFiles(place, machine);
  if (files.length > 0) blame(`rule 3: a secret in ${files.join(', ')}`);
  scene.plaintext += files.length;
}

/** The disk is lost, and another machine goes on. */
async function moveOn(scene: Scene): Promise<void> {
  if (!scene.place.world.lost) return;
  await loseMachine(scene.machine);
  scene.machine = await scene.place.newMachine();
}

/** Runs until nothing is left to do, and returns how often that was. */
async function converge(scene: Scene): Promise<number> {
  const { place, blame } = scene;
  const { race, elsewhere, store, slow } = place.world;
  let mayBeLocked = elsewhere;
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    await moveOn(scene);
    const ended = await runAtOnce(scene, undefined, runs === 1 && race === 'next', mayBeLocked);
    await look(scene);
    scene.unnamed = ended.flatMap(unnamedIn)[0];
    if (scene.unnamed !== undefined) continue;
    if (ended.some(isDone)) {
      const mostRuns = slow ? 2 : 1;
      if (runs > mostRuns && store !== undefined && race === 'none')
        blame(`rule 5: it took ${runs} runs`);
      return runs;
    }
    if (ended.some(({ code }) => code === 1 || code === 2)) return runs;
    const full = ended.find(isFull);
    if (full !== undefined) {
      if (scene.deleted.size === 0) runs--;
      await makeRoom(scene, full);
      continue;
    }
    if (!ended.some(isBusy)) continue;
    if (!mayBeLocked) blame(`exit 5, and nobody is there: ${ended[0].stdout.slice(0, 600)}`);
    // As the hint says for a machine that is gone.
    mayBeLocked = false;
    const unlocked = await place.run(scene.machine, ['ledger', 'unlock', ROTATION, '--yes']);
    hear(scene, unlocked);
    scene.unlocked++;
    runs--;
  }
  blame('rule 5: it does not converge');
  return MOST_RUNS + 1;
}

/** The user deletes the token that the message says matters least: the one of the fewest sinks. */
async function makeRoom(scene: Scene, full: Run): Promise<void> {
  const { place, blame, deleted } = scene;
  const used = tokensNamed(full);
  const [least] = used.toSorted((one, other) => one.sinks - other.sinks);
  if (least === undefined || deleted.size > 0) return blame('no room, and no way to make some');
  // From here on, its jobs fail until the next run.
  deleted.add(least.id);
  const args = ['token', 'delete', least.id, '--rotation', ROTATION, '--force', '--yes'];
  const ended = await place.run(scene.machine, args);
  if (ended.code !== 0) blame(`token delete ends with ${ended.code}: ${ended.stderr}`);
  hear(scene, ended);
}

function judgeWorld({ place, readings, blame }: Scene): void {
  if (count(readings, 'works') < readings.length)
    blame(`rule 5: sinks are left ${readings.join(', ')}`);
  const left = orphans(place);
  if (left !== 0) blame(`rule 2: ${left} tokens too many`);
  if (strangersRevoked(place) > 0) blame("rule 7: a stranger's token was revoked");
}

/** A run after the last, which reads the ledger, does nothing at all; the ledger is whole and without secrets. */
async function judgeRest(scene: Scene): Promise<void> {
  const { place, blame } = scene;
  await moveOn(scene);
  const [before, asked] = [await place.ledgers.text(), await changesAsked(place)];
  const [idle] = await runAtOnce(scene, undefined, false);
  const { outcome } = reportOf(idle);
  if (outcome !== 'current') blame(`rule 5: a run after the last is ${outcome}`);
  const after = await place.ledgers.text();
  if (after !== before) blame('rule 5: a run after the last writes to the ledger');
  if ((await changesAsked(place)) !== asked) blame('rule 5: a run after the last makes changes');
  if (holdsPlaintext(place, after)) {
    scene.plaintext++;
    blame('rule 3: a secret in the store');
  }
  if (!place.world.isRead) return;
  const history = await place.run(scene.machine, ['history', ROTATION, '--json']);
  if (history.code !== 0 || history.stdout.length < 100)
    blame(`history ends with ${history.code}: ${history.stderr.slice(-300)}`);
  hear(scene, history);
}

function count(readings: readonly Reading[], wanted: Reading): number {
  return readings.filter((reading) => reading === wanted).length;
}
