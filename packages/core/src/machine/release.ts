import { holdersByToken, type RotationState, type TokenRecord } from '../ledger/state.ts';
import { inStep } from './due.ts';
import { freshMemory, type Intent, type Memory } from './intent.ts';

/** What stands before a replaced token's revocation. */
export interface Release {
  readonly token: string;
  /** When it may be revoked, as far as is known now; in milliseconds since the epoch. */
  readonly at: number;
  /** It is kept beyond its grace, since it was used. */
  readonly inUse: boolean;
  /** Its last use has to be looked at (again) once that time has come. */
  readonly uncertain: boolean;
  /** What ends it: an end that can be taken back comes first. */
  readonly by: 'disable' | 'revoke';
  /** A sink's CI has not proved the new token, so that this one is kept whatever the time. */
  readonly gated: boolean;
}

/** Retired tokens that no sink may hold and that this run has not failed to revoke, with what they wait for. */
export function releases(state: RotationState, intent: Intent, memory: Memory): Release[] {
  const held = holdersByToken(state);
  const gated = isGated(state, intent);
  return [...state.tokens.values()]
    .filter(({ ref, retired }) => retired && !held.has(ref.id) && !memory.unrevoked.has(ref.id))
    .map((token) => {
      const at = endAt(token, intent, memory);
      const use = memory.uses.get(token.ref.id);
      const isWatched = intent.policy.quiet !== undefined && wasRead(token);
      return {
        token: token.ref.id,
        at,
        inUse: at > endAt(token, intent, freshMemory),
        uncertain:
          isWatched && token.disabledAt === undefined && (use === undefined || use.at < at),
        by: isDisabledFirst(token, intent) && token.disabledAt === undefined ? 'disable' : 'revoke',
        gated: gated && wasRead(token),
      };
    });
}

/** Some job may have read it. */
function wasRead({ exposed, condemned, releasedAt }: TokenRecord): boolean {
  return exposed && condemned !== true && releasedAt !== undefined;
}

/** Only what some job may have read can be missed by anybody. */
function isDisabledFirst(token: TokenRecord, { policy: { pause = 0 } }: Intent): boolean {
  return pause > 0 && wasRead(token);
}

/** When the next of its ends may be: it is disabled after its grace, and revoked after a pause. */
function endAt(token: TokenRecord, intent: Intent, memory: Memory): number {
  const { disabledAt } = token;
  if (disabledAt === undefined) return releaseAt(token, intent, memory);
  return Date.parse(disabledAt) + (intent.policy.pause ?? 0);
}

/** At once where no job can have read it; else after the grace, and after it was quiet where that is asked for. */
function releaseAt(token: TokenRecord, { policy }: Intent, { uses }: Memory): number {
  if (!wasRead(token)) return 0;
  const released = Date.parse(token.releasedAt ?? '');
  const earliest = released + policy.grace;
  const usedAt = uses.get(token.ref.id)?.usedAt;
  if (policy.quiet === undefined || usedAt === undefined) return earliest;
  return Math.max(earliest, Math.min(usedAt + policy.quiet.for, released + policy.quiet.atMost));
}

/**
 * A trial that went wrong is remembered: only a later one, or another token, makes up for it. A sink that left the
 * configuration is not tried again, so it stands in nobody's way.
 */
function isGated(state: RotationState, intent: Intent): boolean {
  const { current, sinks } = state;
  const { canary = [], selected, configured = selected } = intent;
  if (current === undefined) return false;
  if (isDrifted(state, intent)) return true;
  const failed = [...sinks.values()].filter(({ trial }) => trial?.token === current && !trial.ok);
  return (
    failed.some(({ id }) => configured.includes(id)) ||
    canary.some((id) => !isProved(sinks.get(id)?.trial, current))
  );
}

/** What somebody else wrote to a sink may be a token that was replaced. */
export function isDrifted(
  { sinks }: RotationState,
  { selected, configured = selected }: Intent,
): boolean {
  return configured.some((id) => sinks.get(id)?.shows === 'different');
}

function isProved(trial: { token: string; ok: boolean } | undefined, current: string): boolean {
  return trial?.token === current && trial.ok;
}

/** The sinks where a job has to show that the new token works, and has not been started in this run. */
export function untried(state: RotationState, intent: Intent, memory: Memory): string[] {
  const { current, sinks } = state;
  if (current === undefined) return [];
  return (intent.canary ?? []).filter(
    (id) =>
      !memory.tried.has(id) &&
      inStep(sinks.get(id), current) &&
      !isProved(sinks.get(id)?.trial, current),
  );
}
