import {
  decide,
  summarise,
  type Intent,
  type Memory,
  type RotationEvent,
  type Step,
} from '../../src/index.ts';
import { tokenOfLabel } from './late.ts';
import { executeLine } from './lines.ts';
import type { Mutant } from './mutants.ts';
import { faulty, next } from './next.ts';
import {
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
    force: process.kind === 'forced',
    wait: false,
    ...(process.kind === 'abort' && { abort: true }),
    ...(process.kind === 'revoke-first' && { breakGlass: 'revoke-first' as const }),
  };
}

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
    case 'abort':
      return line([{ type: 'aborted', label: step.label }]);
    case 'condemn': {
      const condemned: World = {
        ...state.world,
        tokens: state.world.tokens.map((token) =>
          step.tokens.includes(token.id) ? { ...token, condemned: true } : token,
        ),
      };
      const events = step.tokens.map((token) => ({ type: 'condemned', token }) as const);
      return [next({ ...state, world: condemned }, process, { line: 'append', events })];
    }
    case 'take-over':
    case 'look':
    case 'try':
    case 'look-at-use':
      throw new Error(`the model has no ${step.type}`);
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
