import type { KeyturnError } from '../errors.ts';
import { holdersByToken, type RotationState } from '../ledger/state.ts';
import { graceUntil, type Reason, type Step } from '../machine/decide.ts';
import type { KeptToken, Outcome, RotationReport, SinkOutcome } from './request.ts';
import type { Run } from './run.ts';

/** Tells what the run did and how things stand after it. */
export function reportOf(
  run: Run,
  before: RotationState,
  reason: Reason | undefined,
  first: Step,
): RotationReport {
  const { state } = run.ledger;
  const planned = first.type !== 'stop';
  const kept = keptTokens(run);
  const outcome = outcomeOf(run, before, kept, planned);
  const current = state.current === undefined ? undefined : state.tokens.get(state.current)?.ref;
  const previous =
    before.current === undefined ? undefined : before.tokens.get(before.current)?.ref;
  const until = graceUntil(state, run.intent);
  return {
    name: run.request.name,
    outcome,
    phase: state.phase,
    ...(reason !== undefined && { reason }),
    ...(current !== undefined && { current }),
    ...(previous !== undefined && previous.id !== current?.id && { previous }),
    revoked: revokedIn(state, before),
    kept,
    ...(until !== undefined &&
      outcome === 'grace' && { graceUntil: new Date(until).toISOString() }),
    sinks: run.request.sinks.map(({ id }) => sinkOutcome(run, id)),
    ...(run.error !== undefined &&
      (outcome === 'failed' || outcome === 'incomplete') && { error: run.error }),
    warnings: [...run.warnings, ...warningsOf(run, before)],
  };
}

function outcomeOf(
  run: Run,
  before: RotationState,
  kept: readonly KeptToken[],
  planned: boolean,
): Outcome {
  const { state } = run.ledger;
  const { memory } = run;
  if (run.request.dryRun === true)
    return run.error !== undefined ? 'failed' : planned ? 'planned' : 'current';
  if (memory.gaveUp || (memory.asked > 0 && state.active === undefined && !memory.completed))
    return 'failed';
  if (state.phase === 'delivering' || memory.failedSinks.size > 0 || memory.unrevoked.size > 0)
    return 'incomplete';
  if (run.interrupted) return 'incomplete';
  if (
    kept.some(({ reason }) => reason === 'grace' || reason === 'settling') ||
    state.attempts.length > 0
  )
    return 'grace';
  return memory.completed || revokedIn(state, before).length > 0 ? 'rotated' : 'current';
}

function keptTokens(run: Run): KeptToken[] {
  const { state } = run.ledger;
  const held = holdersByToken(state);
  const settling = new Map([...state.sinks.values()].map((sink) => [sink.id, sink.unanswered]));
  return [...state.tokens.values()]
    .filter(({ retired }) => retired)
    .map(({ ref: { id } }) => {
      const sinks = held.get(id) ?? [];
      const late =
        sinks.length > 0 &&
        sinks.every(
          (sink) =>
            settling.get(sink)?.some(({ token }) => token === id) === true &&
            !state.sinks.get(sink)?.base.includes(id),
        );
      if (run.memory.unrevoked.has(id)) return { id, reason: 'unrevoked', sinks };
      if (sinks.length === 0) return { id, reason: 'grace', sinks };
      return { id, reason: late ? 'settling' : 'held', sinks };
    });
}

/** Tokens that are gone since the run began; a chapter that began meanwhile forgets the ones before it. */
function revokedIn(state: RotationState, before: RotationState): string[] {
  const sameChapter =
    state.revoked.length >= before.revoked.length &&
    before.revoked.every((id, i) => state.revoked[i] === id);
  return state.revoked.slice(sameChapter ? before.revoked.length : 0);
}

function sinkOutcome(run: Run, id: string): SinkOutcome {
  const known = run.outcomes.get(id);
  if (known !== undefined) return known;
  const selected = run.intent.selected.includes(id);
  const { current, sinks } = run.ledger.state;
  const inStep =
    current !== undefined && sinks.get(id)?.base.length === 1 && sinks.get(id)?.base[0] === current;
  return { id, status: selected && inStep ? 'unchanged' : 'skipped' };
}

function warningsOf(run: Run, before: RotationState): string[] {
  const { replaces } = run.request;
  const known =
    replaces === undefined || before.current === undefined || before.tokens.has(replaces);
  if (!known && !before.revoked.includes(replaces))
    return [
      `${run.request.name}: --replaces ${replaces} was ignored, since the token in use is ${before.current}`,
    ];
  const firstContact =
    run.memory.completed && before.current === undefined && run.request.replaces === undefined;
  return firstContact
    ? [
        `${run.request.name}: the token that was in use before is not known, so it was not revoked; ` +
          'if keyturn is to revoke it, name it with: keyturn rotate --replaces TOKEN_ID',
      ]
    : [];
}

/** The report of a run that could not even begin. */
export function failedReport(name: string, error: KeyturnError): RotationReport {
  return {
    name,
    outcome: 'failed',
    phase: 'idle',
    revoked: [],
    kept: [],
    sinks: [],
    error,
    warnings: [],
  };
}
