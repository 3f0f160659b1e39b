import {
  freshMemory,
  graceUntil,
  holders,
  holdersByToken,
  reasonToRotate,
  renewalAt,
  type Phase,
  type Policy,
  type Reason,
  type RotationRequest,
  type RotationState,
  type TokenRef,
} from '@keyturn/core';

import { sinkStatus, type SinkStatus } from './sink-status.ts';
import { iso } from './time.ts';

/** A replaced token that is valid still, and what it waits for. */
interface KeptStatus {
  readonly id: string;
  readonly sinks: readonly string[];
  readonly reason: 'grace' | 'held' | 'settling' | 'leaked' | 'unproved';
}

/** How a rotation stands, as plain data: what text, JSON, page and metrics are made of. Times are ISO 8601. */
export interface RotationStatus {
  readonly name: string;
  readonly phase: Phase;
  readonly current: {
    readonly id: string;
    readonly label: string;
    readonly issuedAt: string;
    readonly expiresAt: string | null;
  } | null;
  readonly ageMs: number | null;
  readonly maxAgeMs: number;
  /** Why a new token is due; null where none is. */
  readonly due: Reason | null;
  /** When the current token will be due, or was, by its age or its expiry. */
  readonly nextDueAt: string | null;
  readonly graceUntil: string | null;
  /** The same for tokens that are used all the time. */
  readonly revokedAtTheLatest: string | null;
  /** Tokens that leaked and are not known to be gone. */
  readonly leaked: readonly string[];
  /** The token that is being brought in, by a run or by one that ended early. */
  readonly underWay: {
    readonly label: string;
    readonly token: string | null;
    readonly since: string | null;
    /** Who brings it in; null where that is not known. */
    readonly by: string | null;
    /** The run that did it is gone. */
    readonly isLeft: boolean;
  } | null;
  readonly sinks: readonly SinkStatus[];
  /** Sinks that left the configuration and may still hold a token. */
  readonly formerSinks: readonly { readonly id: string; readonly mayHold: readonly string[] }[];
  readonly kept: readonly KeptStatus[];
  /** Labels that a token was asked for under without an answer. */
  readonly attempts: readonly {
    readonly label: string;
    readonly at: string;
    readonly settlesAt: string;
  }[];
}

/** What of a request matters here. */
export type Asked = Pick<RotationRequest, 'name' | 'policy' | 'layout'> & {
  readonly sinks: readonly {
    readonly id: string;
    readonly supports: { readonly atomic: boolean };
  }[];
};

/** No run is this long, so that what is older was left by one that ended early. */
const LONGEST_RUN = 900_000;

/**
 * What the ledger says of a rotation, held against what is asked of it. Pure. `holder` has the rotation's lock: null for nobody,
 * undefined where the store does not tell.
 */
export function rotationStatus(
  { name, policy, sinks, layout }: Asked,
  state: RotationState,
  now: number,
  holder?: string | null,
): RotationStatus {
  const intent = { policy, selected: sinks.map(({ id }) => id), force: false, wait: false };
  const current = tokenOf(state, state.current);
  const until = graceUntil(state, intent);
  const configured = new Set(intent.selected);
  const { grace, quiet } = policy;
  const standing = sinks.map(({ id, supports }) =>
    sinkStatus(
      state.sinks.get(id) ?? { id, base: [], unanswered: [] },
      state,
      current,
      policy,
      layout.kind === 'pair' && !supports.atomic,
    ),
  );
  return {
    name,
    phase: state.phase,
    current: current === undefined ? null : { ...current, expiresAt: current.expiresAt ?? null },
    ageMs: current === undefined ? null : now - Date.parse(current.issuedAt),
    maxAgeMs: policy.maxAge,
    due: reasonToRotate(state, intent, freshMemory, now) ?? null,
    nextDueAt: current === undefined ? null : iso(dueAt(current, policy)),
    graceUntil: until === undefined ? null : iso(until),
    revokedAtTheLatest:
      until === undefined ? null : iso(until + Math.max(0, (quiet?.atMost ?? grace) - grace)),
    leaked: [...state.tokens.values()]
      .filter(({ condemned }) => condemned === true)
      .map(({ ref }) => ref.id),
    underWay: underWayOf(state, now, holder),
    sinks: standing,
    formerSinks: [...state.sinks.values()]
      .filter((sink) => !configured.has(sink.id) && holders(sink).size > 0)
      .map((sink) => ({ id: sink.id, mayHold: [...holders(sink)] })),
    kept: keptTokens(state, standing),
    attempts: state.attempts.map(({ label, at }) => ({
      label,
      at,
      settlesAt: iso(Date.parse(at) + policy.settle),
    })),
  };
}

function keptTokens(state: RotationState, sinks: readonly SinkStatus[]): KeptStatus[] {
  const held = holdersByToken(state);
  const isUnproved = sinks.some(({ trial }) => trial === 'failed');
  return [...state.tokens.values()]
    .filter(({ retired }) => retired)
    .map(({ ref: { id }, condemned }) => {
      const holding = held.get(id) ?? [];
      if (condemned === true) return { id, sinks: holding, reason: 'leaked' };
      if (holding.length === 0)
        return { id, sinks: holding, reason: isUnproved ? 'unproved' : 'grace' };
      const isHeld = holding.some((sink) => state.sinks.get(sink)?.base.includes(id) === true);
      return { id, sinks: holding, reason: isHeld ? 'held' : 'settling' };
    });
}

function underWayOf(
  state: RotationState,
  now: number,
  holder: string | null | undefined,
): RotationStatus['underWay'] {
  const { active } = state;
  if (active === undefined) return null;
  const attempt = state.attempts.find(({ label }) => label === active.label);
  const since = attempt?.at ?? state.tokens.get(active.token ?? '')?.askedAt;
  const isOld = since !== undefined && now - Date.parse(since) > LONGEST_RUN;
  return {
    label: active.label,
    token: active.token ?? null,
    since: since ?? null,
    by: holder ?? null,
    isLeft: holder === undefined ? isOld : holder === null,
  };
}

/** When a token is due by its age or its expiry, in milliseconds since the epoch. */
export function dueAt({ issuedAt, expiresAt }: TokenRef, { maxAge }: Policy): number {
  const issued = Date.parse(issuedAt);
  const aged = issued + maxAge;
  return expiresAt === undefined ? aged : Math.min(aged, renewalAt(issued, Date.parse(expiresAt)));
}

function tokenOf(state: RotationState, id: string | undefined): TokenRef | undefined {
  return id === undefined ? undefined : state.tokens.get(id)?.ref;
}
