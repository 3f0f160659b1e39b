import type { RotationState } from '../ledger/state.ts';
import { inStep, reasonToRotate, waitsUntil } from './due.ts';
import { freshMemory, type Intent, type Memory } from './intent.ts';
import { settledAt, settleSinks, unsettledSinks } from './late.ts';
import { releases, untried } from './release.ts';
import { underWay } from '../ledger/transitions.ts';
import type { Step } from './step.ts';

/** A lost answer may be tried again under a new label, but an issuer that loses every one is left alone. */
const MOST_ASKED = 3;

/**
 * The next step of a run. Pure: the same state, intent, memory and time give the same step.
 *
 * The order is the policy: first find out what was lost, then bring the new token in, then settle what may still
 * land, and only then revoke what no sink may hold.
 */
export function decide(state: RotationState, intent: Intent, memory: Memory, now: number): Step {
  return (
    loseWhatDied(state, intent, memory) ??
    lookUpWhatWasLost(state, intent, memory, now) ??
    revokeCondemned(state, memory) ??
    bringIn(state, intent, memory) ??
    takeOver(state, intent, memory) ??
    start(state, intent, memory, now) ??
    look(state, intent, memory) ??
    settleSinks(state, intent, memory, now) ??
    tryNewToken(state, intent, memory) ??
    revokeReleased(state, intent, memory, now) ??
    waitOrFinish(state, intent, memory, now)
  );
}

/** A token under way whose plaintext this process does not have is lost: its process died. An abort gives it up instead. */
function loseWhatDied(state: RotationState, intent: Intent, memory: Memory): Step | undefined {
  if (intent.abort === true && (state.active !== undefined || state.phase === 'lost'))
    return { type: 'abort', label: state.active?.label ?? '' };
  if (!underWay.has(state.phase) || state.active === undefined) return undefined;
  const inHand = state.active.token !== undefined && state.active.token === memory.hand;
  return inHand ? undefined : { type: 'lose', label: state.active.label };
}

/** Once in every run, and once more after the settle time: only then does an empty look-up prove anything. */
function lookUpWhatWasLost(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Step | undefined {
  for (const { label, at } of state.attempts) {
    const settled = Date.parse(at) + intent.policy.settle;
    const last = memory.lookUps.get(label);
    if (last === undefined || (last.at < settled && now >= settled))
      return { type: 'look-up', label, final: false };
  }
  return undefined;
}

/** A token that leaked dies before anything else is done, and in whatever run comes after one that was killed. */
function revokeCondemned(state: RotationState, memory: Memory): Step | undefined {
  const tokens = [...state.tokens.values()]
    .filter(({ ref, condemned }) => condemned === true && !memory.unrevoked.has(ref.id))
    .map(({ ref }) => ref.id);
  const mayRevoke = !underWay.has(state.phase) || state.phase === 'delivering';
  return tokens.length > 0 && mayRevoke ? { type: 'revoke', tokens } : undefined;
}

function bringIn(state: RotationState, intent: Intent, memory: Memory): Step | undefined {
  const token = memory.hand;
  if (token === undefined) return undefined;
  if (state.phase === 'granting') return { type: 'grant', token };
  if (state.phase === 'verifying') return { type: 'verify', token };
  const target = state.active?.token ?? state.current;
  if (target !== token || state.phase === 'idle' || state.phase === 'lost') return undefined;
  const missing = intent.selected.filter((id) => !inStep(state.sinks.get(id), token));
  const pending = missing.filter((id) => !memory.failedSinks.has(id));
  const sinks = deliverable(pending, token, state, intent, memory);
  if (sinks.length > 0) return { type: 'deliver', token, sinks };
  return missing.length === 0 && state.phase === 'delivering'
    ? { type: 'complete', token }
    : undefined;
}

/**
 * Sinks that refused an earlier token come first: if one of them refuses this token too, the others keep what they have, and
 * this one is given up before a job has read it.
 */
function deliverable(
  pending: readonly string[],
  token: string,
  { sinks }: RotationState,
  { force, breakGlass }: Intent,
  { failedSinks }: Memory,
): readonly string[] {
  if (force || breakGlass !== undefined) return pending;
  const isAgain = (id: string): boolean => {
    const { refusals } = sinks.get(id) ?? {};
    return refusals?.token === token && refusals.count > 1;
  };
  if ([...failedSinks].some(isAgain)) return [];
  const doubtful = pending.filter((id) => sinks.get(id)?.refusals !== undefined);
  return doubtful.length > 0 ? doubtful : pending;
}

/** A token that the user names beside the one in use, since keyturn did not know it when it made that one. */
function takeOver(
  { current, tokens, revoked, phase }: RotationState,
  { replaces }: Intent,
  memory: Memory,
): Step | undefined {
  if (replaces === undefined || current === undefined || memory.named) return undefined;
  if (underWay.has(phase) || current === replaces || tokens.has(replaces)) return undefined;
  return revoked.includes(replaces) ? undefined : { type: 'take-over', token: replaces };
}

/** What is there is looked at once in a run that brings nothing in. */
function look(
  state: RotationState,
  { drift, abort, breakGlass }: Intent,
  memory: Memory,
): Step | undefined {
  const isOff =
    drift === undefined || drift === 'off' || abort === true || breakGlass !== undefined;
  if (isOff || memory.looked || memory.completed || memory.gaveUp || memory.asked > 0)
    return undefined;
  if (underWay.has(state.phase) || state.current === undefined) return undefined;
  return { type: 'look' };
}

function start(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Step | undefined {
  if (underWay.has(state.phase) || memory.completed || memory.gaveUp || memory.asked >= MOST_ASKED)
    return undefined;
  const reason = reasonToRotate(state, intent, memory, now - memory.ahead);
  if (reason === undefined || waitsUntil(state, intent, now - memory.ahead) !== undefined)
    return undefined;
  const room = makeRoom(state, intent, memory, now);
  if (room !== undefined || !memory.checked) return room ?? { type: 'check', reason };
  const leaked = intent.breakGlass === 'revoke-first' ? uncondemned(state) : [];
  return leaked.length > 0 ? { type: 'condemn', tokens: leaked } : { type: 'issue', reason };
}

/**
 * Where there can be only so many tokens, those whose time is over end before another is created. Without room, their pause is cut
 * short, and what sinks hold is found out first: a token that none of them turns out to hold makes room.
 */
function makeRoom(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Step | undefined {
  if (intent.most === undefined) return undefined;
  const isFull = state.tokens.size >= intent.most;
  if (!isFull) return revokeReleased(state, intent, memory, now);
  const policy = { ...intent.policy, pause: 0 };
  return (
    settleSinks(state, intent, memory, now) ??
    revokeReleased(state, { ...intent, policy }, memory, now) ??
    waitToSettle(state, intent, memory)
  );
}

/** Without a grace everything is meant to be over with this run. */
function waitToSettle(state: RotationState, intent: Intent, memory: Memory): Step | undefined {
  if (!intent.wait && intent.policy.grace > 0) return undefined;
  const times = unsettledSinks(state, intent, memory).map((sink) => settledAt(sink, intent));
  const until = Math.min(...times);
  return times.length === 0 ? undefined : { type: 'wait', until, for: 'settle' };
}

/** Whichever of them leaked, and whichever the sinks hold: all of a rotation's tokens are taken for leaked. */
function uncondemned({ tokens }: RotationState): string[] {
  return [...tokens.values()]
    .filter(({ condemned }) => condemned !== true)
    .map(({ ref }) => ref.id);
}

/** With the token in place, a job of the sink's CI shows whether it works there; later too, where that still keeps a token alive. */
function tryNewToken(state: RotationState, intent: Intent, memory: Memory): Step | undefined {
  const inPlace = state.phase === 'grace' || state.phase === 'revoking';
  const keeps = (): boolean =>
    !underWay.has(state.phase) && releases(state, intent, memory).some(({ gated }) => gated);
  const sinks = inPlace || keeps() ? untried(state, intent, memory) : [];
  return sinks.length > 0 && state.current !== undefined
    ? { type: 'try', token: state.current, sinks }
    : undefined;
}

function revokeReleased(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Step | undefined {
  const due = releases(state, intent, memory).filter(({ at, gated }) => at <= now && !gated);
  const uncertain = due.filter((release) => release.uncertain).map(({ token }) => token);
  if (uncertain.length > 0) return { type: 'look-at-use', tokens: uncertain };
  if (due.length === 0) return undefined;
  const unsure = state.attempts.find(({ label }) => memory.lookUps.get(label)?.final !== true);
  if (unsure !== undefined) return { type: 'look-up', label: unsure.label, final: true };
  const first = due.filter(({ by }) => by === 'disable').map(({ token }) => token);
  if (first.length > 0) return { type: 'disable', tokens: first };
  return { type: 'revoke', tokens: due.map(({ token }) => token) };
}

/** When a later run can do what is left: graces are over and late writes settled. Undefined where nothing is left. */
export function graceUntil(
  state: RotationState,
  intent: Intent,
  { uses }: Pick<Memory, 'uses'> = freshMemory,
): number | undefined {
  const ends = [
    ...releases(state, intent, { ...freshMemory, uses }).map(
      ({ at, by }) => at + (by === 'disable' ? (intent.policy.pause ?? 0) : 0),
    ),
    ...unsettledSinks(state, intent, freshMemory).map((sink) => settledAt(sink, intent)),
  ];
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function waitFor(
  { tokens }: RotationState,
  { uses }: Memory,
  token: string,
): 'pause' | 'quiet' | 'grace' {
  if (tokens.get(token)?.disabledAt !== undefined) return 'pause';
  return uses.has(token) ? 'quiet' : 'grace';
}

function waitOrFinish(state: RotationState, intent: Intent, memory: Memory, now: number): Step {
  const settling = [
    ...unsettledSinks(state, intent, memory).map((sink) => settledAt(sink, intent)),
    ...state.attempts.map(({ at }) => Date.parse(at) + intent.policy.settle),
  ].filter((until) => until > now);
  const left = releases(state, intent, memory);
  // Without a grace everything is meant to be over with this run, so that it waits for late writes too.
  if (settling.length > 0 && (intent.wait || intent.policy.grace === 0))
    return { type: 'wait', until: Math.min(...settling), for: 'settle' };
  const [next] = left.filter(({ gated }) => !gated).toSorted((a, b) => a.at - b.at);
  if (next !== undefined && intent.wait)
    return { type: 'wait', until: next.at, for: waitFor(state, memory, next.token) };
  const over = settling.length === 0 && left.length === 0 && memory.unrevoked.size === 0;
  const closing = state.phase === 'grace' || state.phase === 'revoking';
  return over && closing ? { type: 'finish' } : { type: 'stop' };
}
