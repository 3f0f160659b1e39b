import type { Drift, Phase, Reason, RotationRequest, TokenRef } from '@keyturn/core';
import type { IssuerIdentity } from '@keyturn/core/ledger';
import {
  freshMemory,
  graceUntil,
  isSameIssuer,
  reasonToRotate,
  renewalAt,
  waitsUntil,
  type Intent,
  type RotationState,
  type Timing,
} from '@keyturn/core/unstable';

import { formerSinks, type FormerSink } from './former.ts';
import { keptTokens, type KeptStatus } from './kept-status.ts';
import { TOKEN } from './sightings.ts';
import { sinkStatus, type SinkStatus } from './sink-status.ts';
import { iso } from './time.ts';

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
  /** The issuer does not have the token in use any more, and keyturn did not end it. */
  readonly missing: {
    readonly token: string;
    readonly since: string | null;
    /** What a new one may do would have been copied from it. */
    readonly isCopied: boolean;
  } | null;
  /** What becomes of what somebody else changed. */
  readonly drift: Drift;
  /** When a sink that refused the last token is given another one. */
  readonly retryAt: string | null;
  /** The account that the tokens are of, where the configuration says another one: no run does anything then. */
  readonly otherAccount: { readonly recorded: string; readonly configured: string } | null;
  readonly sinks: readonly SinkStatus[];
  /** Places that the configuration does not mean any more, or never did, and that may still hold a token. */
  readonly formerSinks: readonly FormerSink[];
  readonly kept: readonly KeptStatus[];
  /** Labels that a token was asked for under without an answer. */
  readonly attempts: readonly {
    readonly label: string;
    readonly at: string;
    readonly settlesAt: string;
  }[];
}

/** What of a request matters here. */
export type Asked = Pick<RotationRequest, 'name' | 'layout' | 'drift' | 'optional'> & {
  readonly policy: Timing;
  readonly permissions?: RotationRequest['permissions'];
  readonly issuer?: IssuerIdentity;
  readonly sinks: readonly {
    readonly id: string;
    readonly supports: { readonly atomic: boolean };
  }[];
};

/** What the ledger tells beside its state. */
export interface Recorded {
  /** Whose tokens it has. */
  readonly issuer?: IssuerIdentity;
  /** Since when drift is known, by the sink's id. */
  readonly sightings?: ReadonlyMap<string, string>;
  /** Tokens of which only the ledger says that they are this rotation's, so that no run revokes them. */
  readonly unnamed?: ReadonlySet<string>;
}

/** No run is this long, so that what is older was left by one that ended early. */
const LONGEST_RUN = 900_000;

/**
 * What the ledger says of a rotation, held against what is asked of it. Pure. `holder` has the rotation's lock: null for nobody,
 * undefined where the store does not tell.
 */
export function rotationStatus(
  { name, policy, sinks, layout, issuer, optional = [], drift = 'report', permissions }: Asked,
  state: RotationState,
  now: number,
  holder?: string | null,
  recorded: Recorded = {},
): RotationStatus {
  const { sightings = new Map<string, string>() } = recorded;
  const intent: Intent = {
    policy,
    selected: sinks.map(({ id }) => id),
    force: false,
    wait: false,
    drift,
  };
  const current = tokenOf(state, state.current);
  const until = graceUntil(state, intent);
  const configured = new Set(intent.selected);
  const { grace, quiet } = policy;
  const standing = sinks.map(({ id, supports }) => {
    const since = sightings.get(id);
    return sinkStatus(
      state.sinks.get(id) ?? { id, base: [], unanswered: [] },
      state,
      current,
      policy,
      {
        isTearable: layout.kind === 'pair' && !supports.atomic,
        byPattern: optional.includes(id),
        ...(since !== undefined && { driftSince: since }),
      },
    );
  });
  const waits = waitsUntil(state, intent, now);
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
    missing: missingOf(state, sightings, permissions === 'copy'),
    drift,
    retryAt: waits === undefined ? null : iso(waits),
    otherAccount: otherAccountOf(recorded.issuer, issuer),
    sinks: standing,
    formerSinks: formerSinks(state.sinks, configured),
    kept: keptTokens(state, standing, recorded.unnamed),
    attempts: state.attempts.map(({ label, at }) => ({
      label,
      at,
      settlesAt: iso(Date.parse(at) + policy.settle),
    })),
  };
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

function missingOf(
  { current, tokens }: RotationState,
  sightings: ReadonlyMap<string, string>,
  isCopied: boolean,
): RotationStatus['missing'] {
  if (current === undefined || tokens.get(current)?.missing !== true) return null;
  return { token: current, since: sightings.get(TOKEN) ?? null, isCopied };
}

function otherAccountOf(
  known: IssuerIdentity | undefined,
  now: IssuerIdentity | undefined,
): RotationStatus['otherAccount'] {
  if (known === undefined || now === undefined || isSameIssuer(known, now)) return null;
  const at = ({ id, server }: IssuerIdentity): string =>
    known.id === now.id && server !== undefined ? `${id} at ${server}` : id;
  return { recorded: at(known), configured: at(now) };
}

/** When a token is due by its age or its expiry, in milliseconds since the epoch. */
export function dueAt({ issuedAt, expiresAt }: TokenRef, { maxAge }: Timing): number {
  const issued = Date.parse(issuedAt);
  const aged = issued + maxAge;
  return expiresAt === undefined ? aged : Math.min(aged, renewalAt(issued, Date.parse(expiresAt)));
}

function tokenOf(state: RotationState, id: string | undefined): TokenRef | undefined {
  return id === undefined ? undefined : state.tokens.get(id)?.ref;
}
