import {
  decide,
  holders,
  summarise,
  type Intent,
  type Memory,
  type RotationEvent,
  type Step,
} from '../../src/index.ts';
import { landCreate, landWrite, tokenOfLabel } from './late.ts';
import type { Mutant } from './mutants.ts';
import {
  append,
  iso,
  milliseconds,
  SETTLE,
  type ModelState,
  type Process,
  type Rest,
  type Settings,
  type World,
} from './world.ts';

/** Every state that the run's next line may lead to. Each line is one thing that can happen before a crash. */
export function execute(
  state: ModelState,
  process: Process,
  settings: Settings,
  mutant: Mutant,
): ModelState[] {
  if (process.rest !== undefined)
    return executeLine(state, process, process.rest, settings, mutant);
  const step = decide(
    state.ledger,
    intentOf(process, settings),
    process.memory,
    milliseconds(state.now),
  );
  if (step.type === 'stop') {
    const { process: _, ...ended } = state;
    return [ended];
  }
  return begin({ ...state }, { ...process, step }, step, mutant);
}

function intentOf(process: Process, settings: Settings): Intent {
  return {
    policy: { maxAge: 1e9, grace: settings.grace, settle: SETTLE },
    selected: process.filter,
    force: process.force,
    wait: false,
  };
}

const receipt = (version: number) => ({ at: `v${version}` });

function begin(
  state: ModelState,
  process: Process,
  step: Exclude<Step, { type: 'stop' }>,
  mutant: Mutant,
): ModelState[] {
  const to = (rest: Rest | undefined, memory: Partial<Memory> = {}): ModelState =>
    next(state, process, rest, memory);
  const line = (events: readonly RotationEvent[], remember: Partial<Memory> = {}): ModelState[] => [
    to({ line: 'append', events, remember }),
  ];
  const { memory } = process;
  switch (step.type) {
    case 'lose':
      return line([{ type: 'lost', label: step.label, reason: 'crash' }]);
    case 'check':
      return [to(undefined, { checked: true })];
    case 'look-up': {
      const lookUps = new Map([
        ...memory.lookUps,
        [step.label, { at: milliseconds(state.now), final: step.final }],
      ]);
      const found = tokenOfLabel(state.world, step.label);
      const attempt = state.ledger.attempts.find(({ label }) => label === step.label);
      const ripe =
        attempt !== undefined && milliseconds(state.now) >= Date.parse(attempt.at) + SETTLE;
      const events: RotationEvent[] =
        found.length > 0
          ? found.map((id) => ({
              type: 'found',
              label: step.label,
              token: { id, label: step.label, issuedAt: iso(state.now) },
            }))
          : ripe || mutant === 'take an empty look-up for gone'
            ? [{ type: 'absent', label: step.label }]
            : [];
      const looked = events.length === 0 ? [to(undefined, { lookUps })] : line(events, { lookUps });
      return [...looked, ...faulty(to(undefined, { lookUps }))];
    }
    case 'issue': {
      const label = mutant === 'reuse a label' ? 'l' : `l${state.labels + 1}`;
      const opened: RotationEvent[] = state.ledger.chapterUsed
        ? [{ type: 'opened', rotation: 'r', summary: summarise(state.ledger) }]
        : [];
      const started: Rest = {
        line: 'append',
        events: [...opened, { type: 'started', label, reason: step.reason }],
        remember: { asked: memory.asked + 1 },
        goesOn: { line: 'create', label },
      };
      const first: Rest =
        mutant === 'skip the attempt record' ? { line: 'create', label } : started;
      return [next({ ...state, labels: state.labels + 1 }, process, first)];
    }
    case 'grant':
      return line([{ type: 'granted', token: step.token, permissions: [] }]);
    case 'verify': {
      const { hand: _, ...without } = memory;
      const rejected = next(
        state,
        { ...process, memory: { ...without, gaveUp: true } },
        {
          line: 'append',
          events: [{ type: 'rejected', token: step.token, code: 'VERIFY_FAILED' }],
        },
      );
      return [...line([{ type: 'verified', token: step.token }]), ...faulty(rejected)];
    }
    case 'deliver':
      return [to({ line: 'announce', token: step.token, sinks: step.sinks })];
    case 'complete':
      return line([{ type: 'completed', token: step.token }], { completed: true });
    case 'settle':
      return [to({ line: 'look', sinks: step.sinks })];
    case 'revoke':
      return [to({ line: 'revoke', tokens: step.tokens, announced: false })];
    case 'wait':
      return [{ ...to(undefined), now: state.now + (step.until - milliseconds(state.now)) }];
    case 'finish':
      return line([{ type: 'finished' }]);
  }
}

function executeLine(
  state: ModelState,
  process: Process,
  rest: Rest,
  settings: Settings,
  mutant: Mutant,
): ModelState[] {
  const to = (
    after: Rest | undefined,
    memory: Partial<Memory> = {},
    world: World = state.world,
  ): ModelState => next({ ...state, world }, process, after, memory);
  const { world } = state;
  switch (rest.line) {
    case 'append':
      return [next(append(state, rest.events), process, rest.goesOn, rest.remember)];
    case 'create': {
      const { label } = rest;
      const { world: created, id } = landCreate(world, label);
      const started: RotationEvent[] =
        mutant === 'skip the attempt record' ? startedLate(state, label) : [];
      const answered = to(
        {
          line: 'append',
          events: [
            ...started,
            { type: 'issued', label, token: { id, label, issuedAt: iso(state.now) } },
          ],
          remember: { hand: id },
        },
        {},
        created,
      );
      const lost: Rest = {
        line: 'append',
        events: [...started, { type: 'lost', label, reason: 'TIMED_OUT' }],
      };
      const late = {
        ...world,
        nextToken: world.nextToken + 1,
        late: [...world.late, { what: 'create', label, until: state.now + SETTLE } as const],
      };
      const never = { ...world, nextToken: world.nextToken + 1 };
      return [
        answered,
        ...faulty(
          to(
            {
              line: 'append',
              events: [...started, { type: 'declined', label, code: 'AUTH_DENIED' }],
              remember: { gaveUp: true },
            },
            {},
            never,
          ),
          to(lost, {}, created),
          to(lost, {}, late),
          to(lost, {}, never),
        ),
      ];
    }
    case 'announce': {
      const [sink, ...others] = rest.sinks;
      if (sink === undefined) return [to(undefined)];
      const unanswered = state.ledger.sinks.get(sink)?.unanswered ?? [];
      const settles =
        unanswered.length > 0 &&
        unanswered.every(({ at }) => Date.parse(at) + SETTLE <= milliseconds(state.now));
      const write: Rest = { line: 'write', token: rest.token, sinks: [sink, ...others], settles };
      if (mutant === 'skip the intent record') return [to(write)];
      return [
        to({
          line: 'append',
          events: [{ type: 'sending', token: rest.token, sink }],
          goesOn: write,
        }),
      ];
    }
    case 'write': {
      const [sink = '', ...others] = rest.sinks;
      const { token } = rest;
      const announce: RotationEvent[] =
        mutant === 'skip the intent record' ? [{ type: 'sending', token, sink }] : [];
      const goesOn: Rest | undefined =
        others.length > 0 ? { line: 'announce', token, sinks: others } : undefined;
      const { world: written, version } = landWrite(world, sink, token);
      const settled: RotationEvent[] = rest.settles ? [{ type: 'settled', sink, token }] : [];
      const failed = (effect: 'none' | 'unknown'): Rest => ({
        line: 'append',
        events: [...announce, { type: 'undelivered', token, sink, effect, code: 'TIMED_OUT' }],
        remember: { failedSinks: new Set([...process.memory.failedSinks, sink]) },
        ...(goesOn !== undefined && { goesOn }),
      });
      // A lost answer may also be followed by another try in the same run.
      const again: Rest = {
        line: 'append',
        events: [
          ...announce,
          { type: 'undelivered', token, sink, effect: 'unknown', code: 'TIMED_OUT' },
        ],
        goesOn: { line: 'announce', token, sinks: rest.sinks },
      };
      const late = {
        ...world,
        late: [...world.late, { what: 'write', sink, token, until: state.now + SETTLE } as const],
      };
      return [
        to(
          {
            line: 'append',
            events: [
              ...announce,
              { type: 'delivered', token, sink, receipt: receipt(version) },
              ...settled,
            ],
            ...(goesOn !== undefined && { goesOn }),
          },
          {},
          written,
        ),
        ...faulty(
          to(failed('none')),
          to(failed('unknown'), {}, written),
          to(failed('unknown'), {}, late),
          to(again, {}, written),
          to(again, {}, late),
        ),
      ];
    }
    case 'look': {
      const [sink, ...others] = rest.sinks;
      if (sink === undefined) return [to(undefined)];
      return look(state, process, sink, others, settings, to);
    }
    case 'revoke': {
      const [token, ...others] = rest.tokens;
      if (token === undefined) return [to(undefined)];
      if (!rest.announced)
        return [
          to({
            line: 'append',
            events: [{ type: 'revoking', token }],
            goesOn: { ...rest, announced: true },
          }),
        ];
      const after: Rest = { line: 'revoke', tokens: others, announced: false };
      const gone = {
        ...world,
        tokens: world.tokens.map((one) => (one.id === token ? { ...one, live: false } : one)),
      };
      const unrevoked = { unrevoked: new Set([...process.memory.unrevoked, token]) };
      return [
        to({ line: 'append', events: [{ type: 'revoked', token }], goesOn: after }, {}, gone),
        ...faulty(to(after, unrevoked), to(after, unrevoked, gone)),
      ];
    }
  }
}

/** What a sink shows of itself decides what its late writes did. */
function look(
  state: ModelState,
  process: Process,
  sink: string,
  others: readonly string[],
  settings: Settings,
  to: (after: Rest | undefined, memory?: Partial<Memory>) => ModelState,
): ModelState[] {
  const goesOn: Rest = { line: 'look', sinks: others };
  const record = state.ledger.sinks.get(sink);
  const real = state.world.sinks.find(({ id }) => id === sink);
  if (record === undefined || real === undefined) return [to(goesOn)];
  const candidates = [...holders(record)];
  const [delivered] = record.base.length === 1 ? record.base : [];
  const settled = (token: string): ModelState =>
    to({ line: 'append', events: [{ type: 'settled', sink, token }], goesOn });
  if (settings.readBack === 'id' && candidates.includes(real.holds)) return [settled(real.holds)];
  if (settings.readBack === 'timestamp' && delivered !== undefined && record.receipt !== undefined)
    return [
      record.receipt.at === `v${real.version}`
        ? settled(delivered)
        : to({ line: 'append', events: [{ type: 'drifted', sink, holds: candidates }], goesOn }),
    ];
  const { hand } = process.memory;
  if (hand !== undefined && hand === state.ledger.current)
    return [to({ line: 'announce', token: hand, sinks: [sink] })];
  return [to(goesOn, { unreadableSinks: new Set([...process.memory.unreadableSinks, sink]) })];
}

function startedLate(state: ModelState, label: string): RotationEvent[] {
  const opened: RotationEvent[] = state.ledger.chapterUsed
    ? [{ type: 'opened', rotation: 'r', summary: summarise(state.ledger) }]
    : [];
  return [...opened, { type: 'started', label, reason: 'forced' }];
}

function next(
  state: ModelState,
  process: Process,
  rest: Rest | undefined,
  memory: Partial<Memory> = {},
): ModelState {
  const { rest: _, step, ...kept } = process;
  const changed: Process = { ...kept, memory: { ...process.memory, ...memory } };
  if (rest === undefined) return { ...state, process: changed };
  return { ...state, process: { ...changed, rest, ...(step !== undefined && { step }) } };
}

/** States that only a fault leads to. */
function faulty(...states: readonly ModelState[]): ModelState[] {
  return states
    .filter(({ budget }) => budget.faults > 0)
    .map((state) => ({ ...state, budget: { ...state.budget, faults: state.budget.faults - 1 } }));
}
