import {
  forget,
  KeyturnError,
  rotate,
  type RotationReport,
  type RotationRequest,
} from '../../src/index.ts';
import { seededRandom } from '../../src/testing/memory/random.ts';
import type { Fault, FaultHook } from '../../src/testing/memory/wire.ts';
import { look, lookForOrphans, lookForTheEnd } from './rules.ts';
import { type Action, DAY, HOUR, type Mishap, type Run, type Script } from './script.ts';
import { makeWorld, type World } from './world.ts';

const never = new Promise<never>(() => {});
/** Its own numbers for every world, so that a script always has the same labels. */
const randoms = new WeakMap<World, () => number>();

/** Plays a script, lets the faults end, and runs once more. Returns the rules that were broken. */
export async function play(script: Script): Promise<ReadonlySet<string>> {
  const world = makeWorld(script, look);
  for (const action of script.actions) {
    await perform(world, action);
    look(world);
    await lookForOrphans(world);
  }
  await converge(world);
  return world.broken;
}

async function perform(world: World, action: Action): Promise<void> {
  switch (action.action) {
    case 'run':
      return run(world, action);
    case 'time passes':
      return world.time.advance(action.by);
    case 'clock jumps':
      return jump(world, action.by);
    case 'configure':
      if (world.store.records('ci').length > 0) world.configured = action.sinks;
      return;
    case 'edit':
      if (world.store.records('ci').length > 0) world.layout = world.layouts[action.names];
      return;
    case 'foreign write':
      return writeAsAnother(world, action.sink);
    case 'forget':
      return forgetSink(world, action.sink);
  }
}

/**
 * What is under way lands before the clock is set on: that a lost request lands within the settle time is counted by the
 * machine's clock, so both at once are more than is promised.
 */
function jump(world: World, by: number): void {
  if (by > 0) for (const server of [world.issuer, ...world.sinks]) server.landLate();
  world.setClock(by);
}

/** A value that is nobody's token. What was under way lands before it: the user sees what there is. */
function writeAsAnother(world: World, number: number): void {
  const sink = world.sinks[number];
  const [name] = sink?.values.keys() ?? [];
  // Elsewhere it could not be told, and so not be mended.
  if (name !== undefined && sink?.supports.readBack === 'value') sink.write(name, 'by-hand');
}

async function forgetSink(world: World, number: number): Promise<void> {
  const sink = world.sinks[number];
  if (sink === undefined || world.configured.includes(number)) return;
  sink.landLate();
  await sink.remove?.([...sink.values.keys()], { signal: new AbortController().signal });
  await forget('ci', sink.id, world.settle, {
    store: world.store,
    clock: world.clock,
    owner: 'campaign',
  }).catch((error: unknown) => {
    // The ledger may never have met it, or does not know yet that nothing more lands there.
    if (!KeyturnError.is(error) || !['USAGE_INVALID', 'TOKEN_IN_USE'].includes(error.code))
      throw error;
  });
}

/** One run of a process that may be killed, and of another one beside it. */
async function run(world: World, plan: Run): Promise<void> {
  const interrupt = new AbortController();
  const mishaps = new Map(plan.mishaps);
  const others: Promise<unknown>[] = [];
  let requests = 0;
  let die = (): void => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  let isDead = false;
  const faults: FaultHook = ({ adapter, method }) => {
    const mishap = isDead ? undefined : mishaps.get(++requests);
    if (isDead) return never;
    if (mishap === undefined) return 'ok';
    if (mishap.what === 'killed') {
      isDead = true;
      die();
    }
    if (mishap.what === 'interrupted') interrupt.abort();
    if (mishap.what === 'clock jumps') jump(world, mishap.by);
    if (mishap.what === 'another run') {
      if (mishap.takesOver) world.store.steal('ci', 'asleep');
      const { mishaps: _, ...other } = plan;
      const ended = start(world, { ...other, mishaps: [] }, () => 'ok');
      others.push(ended);
      if (mishap.takesOver && method !== 'issue' && method !== 'deliver')
        return ended.then(() => 'ok');
    }
    // A disk answers all the same.
    return mishap.what === 'interrupted' && adapter === 'memory'
      ? 'ok'
      : faultOf(mishap, world.settle);
  };
  await Promise.race([start(world, plan, faults, interrupt.signal), death]);
  await Promise.all(others);
  // A lock whose holder was killed is taken over at once.
  if (isDead) world.store.steal('ci');
}

function faultOf(mishap: Mishap, settle: number): Fault | Promise<Fault> {
  switch (mishap.what) {
    case 'refused': {
      const error = new KeyturnError('AUTH_DENIED', 'refused', { effect: 'none' });
      return { fail: 'before', error };
    }
    case 'failed':
      return { fail: 'before' };
    case 'unanswered':
      return { fail: 'after' };
    case 'late':
      return { late: Math.floor(mishap.delay * settle) };
    case 'killed':
      if (mishap.when === 'before') return never;
      return mishap.when === 'after' ? 'ok' : { late: Math.floor(mishap.when * settle) };
    case 'interrupted':
      return never;
    case 'clock jumps':
    case 'another run':
      return 'ok';
  }
}

/** Begins a run as a process of its own would. */
function start(
  world: World,
  plan: Run,
  faults: FaultHook,
  signal: AbortSignal = new AbortController().signal,
): Promise<RotationReport> {
  const ids = (numbers: readonly number[]): string[] => numbers.map((number) => `memory:${number}`);
  const selected =
    plan.selected === 'all'
      ? world.configured
      : world.configured.filter((number) => plan.selected.includes(number as never));
  const random = randoms.get(world) ?? seededRandom(7);
  randoms.set(world, random);
  const request: RotationRequest = {
    name: 'ci',
    issuer: world.issuer,
    sinks: world.sinks.filter((_, number) => world.configured.includes(number)),
    selected: ids(selected),
    ...(plan.optional && { optional: ids(world.configured) }),
    layout: world.layout,
    policy: {
      maxAge: 90 * DAY,
      grace: plan.grace,
      settle: world.settle,
      ...(plan.quiet === true && { quiet: { for: HOUR / 2, atMost: 2 * HOUR } }),
    },
    permissions: world.permissions,
    replaces: world.old,
    force: plan.force,
    wait: plan.wait,
    ...(plan.special === 'abort'
      ? { abort: true }
      : plan.special !== undefined && { breakGlass: plan.special }),
    drift: plan.drift ?? 'off',
    ...(plan.allow === true && { allowMissingNames: true }),
    ...(plan.canary === true && { canary: { timeout: HOUR } }),
  };
  const { store, clock } = world;
  return world.faults.run(faults, async () => {
    const report = await rotate(request, { store, clock, random, owner: 'campaign', signal });
    if (report.error?.code === 'PREDECESSOR_UNKNOWN') listPermissions(world, report);
    return report;
  });
}

/** The user does what a run asks for whose predecessor is gone. */
function listPermissions(world: World, { error }: RotationReport): void {
  const [, gone] = /the current token (\w+) no longer exists/.exec(error?.message ?? '') ?? [];
  const token = world.issuer.tokens.find(({ id }) => id === gone);
  if (token?.revokedAt === undefined) world.broken.add(`not gone: ${error?.message}`);
  world.permissions = ['shop/read_branch'];
}

/** Rule 5: when faults end, one run completes, in its own time; a second one has nothing to do. */
async function converge(world: World): Promise<void> {
  world.configured = [...world.sinks.keys()];
  world.layout = world.layouts.first;
  const plan: Run = {
    action: 'run',
    selected: 'all',
    force: false,
    grace: HOUR,
    wait: true,
    optional: false,
    canary: true,
    drift: 'heal',
    allow: true,
    mishaps: [],
  };
  // What was refused is tried again after a day at the latest, by the ledger's time, however far ahead clocks have brought that.
  const last = world.store.records('ci').at(-1);
  const ahead = last === undefined ? 0 : Math.max(0, Date.parse(last.at) - world.time.now());
  world.repairClock();
  await world.time.advance(2 * DAY + ahead);
  const before = world.time.now();
  let report = await start(world, plan, () => 'ok');
  if (report.error?.code === 'PREDECESSOR_UNKNOWN') report = await start(world, plan, () => 'ok');
  const { outcome, current, error } = report;
  const took = world.time.now() - before;
  look(world);
  if (outcome !== 'rotated' && outcome !== 'current')
    world.broken.add(`rule 5: the last run ends as ${outcome} (${error?.message})`);
  await lookForTheEnd(world, current?.id);
  // A pause may be over while the run waits, so that another token is brought in.
  if (took > 2 * HOUR + 4 * world.settle) world.broken.add(`rule 5: the last run took ${took} ms`);
  let requests = 0;
  const idle = await start(world, { ...plan, drift: 'off' }, ({ adapter }) => {
    if (adapter !== 'memory') requests++;
    return 'ok';
  });
  if (idle.outcome !== 'current' || requests > 0)
    world.broken.add(`rule 5: a run after the last is ${idle.outcome}, with ${requests} requests`);
}
