import type { KeyturnError } from '../contracts/errors.ts';
import type { TokenRef } from '../contracts/issuer.ts';
import { runInterrupted } from '../messages.ts';
import { holdersByToken, written, type RotationState } from '../ledger/state.ts';
import { graceUntil } from '../machine/decide.ts';
import { inStep, waitsUntil } from '../machine/due.ts';
import { isDrifted, releases } from '../machine/release.ts';
import { costAhead } from './ahead.ts';
import { outcomeOf } from './outcome.ts';
import { isUnseen } from './run/elsewhere.ts';
import type { Learned } from './run/learned.ts';
import type { KeptToken, PendingToken, RotationReport, SinkOutcome } from './run/request.ts';
import type { Run } from './run/run.ts';
import { strandedOf, warningsOf } from './warnings.ts';

/** Tells what the run did and how things stand after it. */
export function reportOf(run: Run, before: RotationState): RotationReport {
  const { learned, request } = run;
  const { state } = run.ledger;
  const { reason } = learned;
  const kept = keptTokens(run);
  const drifted = driftOf(run);
  const waits = waitsUntil(state, run.intent, run.ledger.clock.now() - run.memory.ahead);
  const interrupted = run.runtime.signal.aborted;
  const outcome = outcomeOf({
    state,
    learned,
    kept,
    drifted,
    stranded: strandedOf(run),
    waits: waits !== undefined,
    dryRun: request.dryRun === true,
    interrupted,
    lockLost: run.ledger.signal.aborted,
  });
  const current = refOf(state, currentOf(state));
  const previous =
    learned.previous ?? (state.phase === 'delivering' ? refOf(state, state.current) : undefined);
  const ahead = costAhead(run);
  const until = graceUntil(state, run.intent, run.memory);
  const error = (interrupted ? interruptOf(learned) : learned.error) ?? learned.lost;
  return {
    name: request.name,
    outcome,
    phase: state.phase,
    ...(reason !== undefined && { reason }),
    ...(current !== undefined && { current }),
    ...(previous !== undefined && { previous }),
    revoked: learned.revoked,
    kept,
    ...grantsOf(learned),
    pending: pendingTokens(state),
    ...(ahead !== undefined && { ahead: { ...ahead, from: learned.checkedAt } }),
    ...(until !== undefined &&
      outcome === 'grace' && { graceUntil: new Date(until).toISOString() }),
    ...(waits !== undefined && outcome === 'waiting' && { retryAt: new Date(waits).toISOString() }),
    drifted,
    sinks: request.sinks.map(({ id }) => sinkOutcome(run, id)),
    ...(error !== undefined && (outcome === 'failed' || outcome === 'incomplete') && { error }),
    warnings: warningsOf(run, before, kept),
  };
}

/** The token that every sink should have: the new one as soon as a sink may have it. */
function currentOf(state: RotationState): string | undefined {
  return state.phase === 'delivering' ? state.active?.token : state.current;
}

function refOf(state: RotationState, id: string | undefined): TokenRef | undefined {
  return id === undefined ? undefined : state.tokens.get(id)?.ref;
}

/** What somebody else overwrote, removed or ended, as far as looks have shown. */
function driftOf({ request, ledger }: Run): string[] {
  const { tokens, sinks, current } = ledger.state;
  if ((request.drift ?? 'off') === 'off') return [];
  const moved = request.sinks
    .map(({ id }) => id)
    .filter((id) => sinks.get(id)?.shows !== undefined);
  return [...(tokens.get(current ?? '')?.missing === true ? ['token'] : []), ...moved];
}

/** An interrupt fails requests too: those are not what went wrong. */
function interruptOf({ error }: Learned): KeyturnError {
  if (error !== undefined && error.code !== 'INTERRUPTED') return error;
  return runInterrupted();
}

function grantsOf({ memory, before, permissions }: Learned): Pick<RotationReport, 'grants'> {
  if (!memory.checked || before === undefined) return {};
  const more = permissions.filter((one) => !before.includes(one));
  const less = before.filter((one) => !permissions.includes(one));
  return more.length + less.length === 0 ? {} : { grants: { more, less } };
}

function pendingTokens({ active, attempts }: RotationState): PendingToken[] {
  const begun = active === undefined ? [] : [{ label: active.label, id: active.token }];
  const lost = attempts.filter(({ label }) => label !== active?.label);
  return [...begun, ...lost.map(({ label }) => ({ label, id: undefined }))].map(
    ({ label, id }) => ({ label, ...(id !== undefined && { id }) }),
  );
}

function keptTokens(run: Run): KeptToken[] {
  const { state } = run.ledger;
  const held = holdersByToken(state);
  return [...state.tokens.values()]
    .filter(
      ({ ref: { id }, retired }) => retired || (id === state.current && id !== currentOf(state)),
    )
    .map(({ ref: { id } }) => {
      const sinks = held.get(id) ?? [];
      if (run.learned.unnamed.has(id)) return { id, reason: 'unnamed', sinks };
      if (run.learned.ending.has(id)) return { id, reason: 'ending', sinks };
      if (run.memory.unrevoked.has(id)) return { id, reason: 'unrevoked', sinks };
      if (sinks.length === 0) return waitingToken(run, id);
      if (isUnseen(state, id)) return { id, reason: 'unseen', sinks };
      if (sinks.every((sink) => isUndeployed(state, sink, id)))
        return { id, reason: 'undeployed', sinks };
      const isLate = sinks.every((sink) => willSettle(run, sink, id));
      return { id, reason: isLate ? 'settling' : 'held', sinks };
    });
}

/** It was overwritten, and jobs use it until the next deployment. */
export function isUndeployed({ sinks }: RotationState, id: string, token: string): boolean {
  const sink = sinks.get(id);
  return sink !== undefined && !written(sink).includes(token);
}

/** Only an unanswered write may bring the token there, and the sink can be asked about it. */
function willSettle({ ledger, request }: Run, id: string, token: string): boolean {
  const { base = [], unanswered = [] } = ledger.state.sinks.get(id) ?? {};
  const isLate = unanswered.some((one) => one.token === token) && !base.includes(token);
  return isLate && request.sinks.some((sink) => sink.id === id);
}

/** No sink may hold it: it waits for a job's proof, for those who use it still, or for its grace. */
function waitingToken({ ledger, intent, memory }: Run, id: string): KeptToken {
  const release = releases(ledger.state, intent, memory).find(({ token }) => token === id);
  const { disabledAt, requested } = ledger.state.tokens.get(id) ?? {};
  // A run that was killed does not know what came of its request.
  if (requested === 'revoke') return { id, reason: 'ending', sinks: [] };
  if (disabledAt !== undefined) return { id, reason: 'disabled', sinks: [] };
  const usedAt = memory.uses.get(id)?.usedAt;
  const lastUsedAt = usedAt === undefined ? undefined : new Date(usedAt).toISOString();
  const drifted = isDrifted(ledger.state, intent);
  const held = drifted ? 'drifted' : 'unproved';
  const reason = release?.gated === true ? held : release?.inUse === true ? 'used' : 'grace';
  return { id, reason, sinks: [], ...(lastUsedAt !== undefined && { lastUsedAt }) };
}

function sinkOutcome(run: Run, id: string): SinkOutcome {
  const known = run.learned.outcomes.get(id);
  if (known !== undefined) return known;
  const selected = run.intent.selected.includes(id);
  const { current, sinks } = run.ledger.state;
  const unchanged = selected && current !== undefined && inStep(sinks.get(id), current);
  return { id, status: unchanged ? 'unchanged' : 'skipped' };
}

/** The report of a run that could not even begin. */
export function failedReport(name: string, error: KeyturnError): RotationReport {
  return {
    name,
    outcome: 'failed',
    phase: 'idle',
    revoked: [],
    kept: [],
    pending: [],
    sinks: [],
    drifted: [],
    error,
    warnings: [],
  };
}
