import { errorCodes } from '../contracts/errors.ts';
import type { RotationState, SinkRecord } from '../ledger/state.ts';
import type { Intent, Memory } from './intent.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Why a new token is wanted. */
export type Reason =
  | 'first'
  | 'replaces'
  | 'leaked'
  | 'forced'
  | 'out-of-step'
  | 'drifted'
  | 'age'
  | 'expiry';

/** Why the rotation is due, or undefined where it is not. */
export function reasonToRotate(
  state: RotationState,
  intent: Intent,
  memory: Memory,
  now: number,
): Reason | undefined {
  const { replaces } = intent;
  const token = state.current === undefined ? undefined : state.tokens.get(state.current);
  const current = token?.ref;
  if (intent.abort === true) return undefined;
  if (intent.breakGlass !== undefined) return 'leaked';
  if (replaces !== undefined && wantsReplacing(state, replaces)) return 'replaces';
  if (state.current === undefined) return 'first';
  // A condemned token is replaced as well after it is gone, by whatever run comes next.
  if (current === undefined || token?.condemned === true) return 'leaked';
  if (intent.force) return 'forced';
  const unsettled = (id: string): boolean => memory.unreadableSinks.has(id);
  if (intent.selected.some((id) => !inStep(state.sinks.get(id), current.id) || unsettled(id)))
    return 'out-of-step';
  if (intent.drift === 'heal' && drifted(state, intent.selected)) return 'drifted';
  const issuedAt = Date.parse(current.issuedAt);
  if (now - issuedAt >= intent.policy.maxAge) return 'age';
  if (current.expiresAt !== undefined && now >= renewalAt(issuedAt, Date.parse(current.expiresAt)))
    return 'expiry';
  return undefined;
}

/** A token that expires is replaced when two thirds of its life are over, so that some failed runs do no harm. */
export function renewalAt(issuedAt: number, expiresAt: number): number {
  return issuedAt + ((expiresAt - issuedAt) * 2) / 3;
}

/** The named token is in use still: it is the current one, or the ledger has not met it yet. */
function wantsReplacing(state: RotationState, replaces: string): boolean {
  return state.current === undefined || state.current === replaces;
}

/** The sink is known to hold this token as the configuration says, whatever may still land. */
export function inStep(sink: SinkRecord | undefined, token: string): boolean {
  return (
    sink !== undefined && sink.outdated !== true && sink.base.length === 1 && sink.base[0] === token
  );
}

/** Somebody else ended the token in use, or overwrote or removed it in one of these sinks. */
export function drifted(
  { current, tokens, sinks }: RotationState,
  ids: readonly string[],
): boolean {
  return (
    tokens.get(current ?? '')?.missing === true ||
    ids.some((id) => sinks.get(id)?.shows !== undefined)
  );
}

/**
 * When a sink that refused the last token is given another one, in milliseconds since the epoch; undefined if it refused none.
 * The pause grows from an hour to a day; what passes by itself is tried again at once the first time.
 */
export function retryAt(sink: SinkRecord | undefined): number | undefined {
  if (sink?.refusals === undefined) return undefined;
  const { count, at, code } = sink.refusals;
  const nth = errorCodes[code].retryable ? count - 1 : count;
  return nth === 0 ? undefined : Date.parse(at) + Math.min(DAY, HOUR * 6 ** (nth - 1));
}

/**
 * Until when no token is asked for, since a sink would probably refuse it as it did the last one. `now` is the machine's time:
 * what was refused later than now was refused before the clock was set back.
 */
export function waitsUntil(
  { sinks }: RotationState,
  { selected, force, breakGlass }: Intent,
  now: number,
): number | undefined {
  if (force || breakGlass !== undefined) return undefined;
  const times = selected
    .map((id) => sinks.get(id))
    .filter((sink) => Date.parse(sink?.refusals?.at ?? '') <= now)
    .map((sink) => retryAt(sink) ?? 0);
  const until = Math.max(0, ...times);
  return until > now ? until : undefined;
}
