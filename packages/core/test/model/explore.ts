import { holders, KeyturnError, type RotationState, type SinkRecord } from '../../src/index.ts';
import { expire, landings } from './late.ts';
import type { Mutant } from './mutants.ts';
import { execute } from './process.ts';
import { initialState, keyOf, SETTLE, startRun, type ModelState, type Settings } from './world.ts';

export interface Exploration {
  readonly states: number;
  /** The first rule found broken, in words; undefined where none is. */
  readonly broken?: string;
  /** How it came to that, oldest first. */
  readonly trace?: readonly string[];
}

/** Visits every state that can be reached, and checks the rules in each. */
export function explore(settings: Settings, mutant: Mutant = 'none'): Exploration {
  const first = initialState(settings);
  const seen = new Set([keyOf(first)]);
  const queue = [first];
  const parents = new WeakMap<ModelState, ModelState>();
  while (queue.length > 0) {
    const state = queue.pop();
    if (state === undefined) break;
    try {
      const broken =
        brokenRule(state) ??
        (state.process === undefined ? divergence(state, settings, mutant) : undefined);
      if (broken !== undefined)
        return { states: seen.size, broken, trace: traceOf(state, parents) };
      for (const successor of successors(state, settings, mutant)) {
        const key = keyOf(successor);
        if (seen.has(key)) continue;
        seen.add(key);
        parents.set(successor, state);
        queue.push(successor);
      }
    } catch (error) {
      if (!KeyturnError.is(error)) throw error;
      return { states: seen.size, broken: `a run stopped on its own ledger: ${String(error)}` };
    }
  }
  return { states: seen.size };
}

function traceOf(last: ModelState, parents: WeakMap<ModelState, ModelState>): string[] {
  const trace: string[] = [];
  for (let state: ModelState | undefined = last; state !== undefined; state = parents.get(state)) {
    const { process, world, ledger, now } = state;
    const doing =
      process === undefined ? 'no run' : JSON.stringify(process.rest ?? process.step ?? 'deciding');
    const sinks = world.sinks.map(({ id, holds }) => `${id}=${holds}`).join(' ');
    trace.unshift(`${now} ${ledger.phase} [${sinks}] late=${JSON.stringify(world.late)} ${doing}`);
  }
  return trace;
}

function successors(state: ModelState, settings: Settings, mutant: Mutant): ModelState[] {
  const { budget, process } = state;
  const result = landings(state);
  if (process !== undefined) {
    result.push(
      ...execute(state, process, settings, mutant).map((after) => expire(mutate(after, mutant))),
    );
    if (budget.crashes > 0) {
      const { process: _, ...crashed } = state;
      result.push({ ...crashed, budget: { ...budget, crashes: budget.crashes - 1 } });
    }
    return result;
  }
  if (budget.ticks > 0)
    result.push(
      expire({ ...state, now: state.now + SETTLE, budget: { ...budget, ticks: budget.ticks - 1 } }),
    );
  if (budget.runs > 0) {
    const { configured } = state;
    result.push(...settings.kinds.map((kind) => startRun(state, configured, kind)));
    if (settings.kinds.includes('forced'))
      result.push(startRun(state, configured.slice(0, 1), 'forced'));
  }
  if (budget.changes > 0) result.push(...reconfigurations(state, settings));
  return result;
}

/** The user adds the spare sink to the configuration, or removes the last one. */
function reconfigurations(state: ModelState, { spare }: Settings): ModelState[] {
  const { configured } = state;
  const changes = [configured.slice(0, -1)];
  if (spare !== undefined && !configured.includes(spare)) changes.push([...configured, spare]);
  return changes
    .filter((after) => after.length > 0)
    .map((after) => ({
      ...state,
      configured: after,
      budget: { ...state.budget, changes: state.budget.changes - 1 },
    }));
}

function brokenRule({ world }: ModelState): string | undefined {
  const dead = new Set(
    world.tokens.filter(({ live, condemned }) => !live && condemned !== true).map(({ id }) => id),
  );
  const torn = world.sinks.find(({ holds }) => dead.has(holds));
  if (torn !== undefined) return `rule 1: sink ${torn.id} holds the revoked token ${torn.holds}`;
  return dead.has('foreign') ? 'rule 7: a foreign token was revoked' : undefined;
}

const NOTHING_LEFT = { runs: 0, crashes: 0, faults: 0, ticks: 0, changes: 0 };

/** Rules 2 and 5: once faults end, a few runs leave one token, in every sink. */
function divergence(state: ModelState, settings: Settings, mutant: Mutant): string | undefined {
  let current: ModelState = { ...state, budget: { ...NOTHING_LEFT, runs: 9 } };
  for (let round = 0; round < 4; round++) {
    current = expire({ ...current, now: current.now + SETTLE + settings.grace });
    current = startRun(current, current.configured, 'due');
    for (let line = 0; current.process !== undefined; line++) {
      if (line > 500) return 'rule 5: a run without faults does not end';
      const [after] = execute(current, current.process, settings, mutant);
      if (after === undefined) return 'rule 5: a run without faults is stuck';
      current = expire(mutate(after, mutant));
    }
  }
  const { ledger, world, configured } = current;
  // A sink that left the configuration keeps alive what it may hold.
  const others = [...ledger.sinks.values()].filter(({ id }) => !configured.includes(id));
  const kept = new Set(others.flatMap((sink) => [...holders(sink)]));
  const orphans = world.tokens
    .filter(({ id, live }) => live && id !== 'foreign' && id !== ledger.current && !kept.has(id))
    .map(({ id }) => id);
  if (orphans.length > 0) return `rule 2: the tokens ${orphans.join(', ')} are left`;
  const behind = world.sinks.find(
    ({ id, holds }) => configured.includes(id) && holds !== ledger.current,
  );
  return behind === undefined
    ? undefined
    : `rule 5: sink ${behind.id} is left with ${behind.holds}`;
}

/** Mistakes that are made in the ledger's state instead of in a run. */
function mutate(state: ModelState, mutant: Mutant): ModelState {
  const sinks = (change: (sink: SinkRecord) => SinkRecord): ModelState => {
    const ledger: RotationState = {
      ...state.ledger,
      sinks: new Map([...state.ledger.sinks].map(([id, sink]) => [id, change(sink)])),
    };
    return { ...state, ledger };
  };
  const current = state.ledger.active?.token ?? state.ledger.current;
  if (mutant === 'revoke before confirmed')
    return sinks((sink) => ({ ...sink, base: sink.base.filter((id) => id === current) }));
  if (mutant === 'forget a possible holder')
    return state.process?.rest === undefined
      ? sinks((sink) => ({ ...sink, unanswered: [] }))
      : state;
  if (mutant === 'forget a sink that left the configuration')
    return sinks((sink) =>
      state.configured.includes(sink.id) ? sink : { ...sink, base: [], unanswered: [] },
    );
  if (mutant === 'take back what an abort gave up' && state.process?.kind === 'abort')
    return sinks((sink) => ({ ...sink, base: sink.base.filter((id) => id === current) }));
  if (mutant === 'condemn a token that nobody named' && state.process?.kind === 'forced') {
    const tokens = [...state.ledger.tokens].map(
      ([id, token]) =>
        [id, token.retired ? { ...token, condemned: true as const } : token] as const,
    );
    return { ...state, ledger: { ...state.ledger, tokens: new Map(tokens) } };
  }
  if (mutant === 'drop the settle rule')
    return sinks((sink) =>
      sink.base.length === 1 && sink.base[0] === current && state.ledger.phase !== 'idle'
        ? { ...sink, unanswered: sink.unanswered.filter(({ token }) => token === current) }
        : sink,
    );
  return state;
}
