import type { Drift, Layout, Phase, Reason, RotationRequest, TokenRef } from '@keyturn/core';
import type { IssuerIdentity } from '@keyturn/core/ledger';
import {
  freshMemory,
  graceUntil,
  isSameIssuer,
  layoutAt,
  layoutNames,
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

/** The status of a rotation as plain data, the source of text, JSON, page and metrics. Times are ISO 8601. */
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
  /** Why a new token is due; null if it is not. */
  readonly due: Reason | null;
  /** When the current token is due by its age or its expiry; might be in the past. */
  readonly nextDueAt: string | null;
  readonly graceUntil: string | null;
  /** The same for tokens that are still used. */
  readonly revokedAtTheLatest: string | null;
  /** Leaked tokens that are not known to be revoked. */
  readonly leaked: readonly string[];
  /** The token of the rotation that is under way, or that was interrupted. */
  readonly underWay: {
    readonly label: string;
    readonly token: string | null;
    readonly since: string | null;
    /** Who runs it; null if unknown. */
    readonly by: string | null;
    /** The run has ended. */
    readonly isLeft: boolean;
  } | null;
  /** The current token was deleted or disabled at the issuer, but not by keyturn. */
  readonly missing: {
    readonly token: string;
    readonly since: string | null;
    /** The permissions of a new token would have been copied from it. */
    readonly isCopied: boolean;
    /** It still exists. */
    readonly isDisabled: boolean;
  } | null;
  /** What is done about drift. */
  readonly drift: Drift;
  /** When a sink that rejected the last token is retried. */
  readonly retryAt: string | null;
  /** The account of the tokens, if the configuration names another one: no run changes anything then. */
  readonly otherAccount: { readonly recorded: string; readonly configured: string } | null;
  readonly sinks: readonly SinkStatus[];
  /** Places that might still hold a token, but that the configuration no longer contains, or never did. */
  readonly formerSinks: readonly FormerSink[];
  readonly kept: readonly KeptStatus[];
  /** Labels of tokens that were requested, with a lost answer. */
  readonly attempts: readonly {
    readonly label: string;
    readonly at: string;
    readonly settlesAt: string;
  }[];
}

/** What of a request matters here. */
export type Asked = Pick<RotationRequest, 'name' | 'layout' | 'layouts' | 'drift' | 'optional'> & {
  readonly policy: Timing;
  readonly permissions?: RotationRequest['permissions'];
  readonly issuer?: IssuerIdentity;
  readonly sinks: readonly {
    readonly id: string;
    readonly supports: { readonly atomic: boolean };
  }[];
};

/** What the ledger contains beyond its state. */
export interface Recorded {
  /** The issuer of its tokens. */
  readonly issuer?: IssuerIdentity;
  /** When drift was first seen, by the sink's id. */
  readonly sightings?: ReadonlyMap<string, string>;
  /** Tokens that only the ledger assigns to this rotation, so that no run revokes them. */
  readonly unnamed?: ReadonlySet<string>;
}

/** No run takes this long: anything older belongs to an interrupted run. */
const LONGEST_RUN = 900_000;

/**
 * Compares the ledger of a rotation with its configuration. Pure. `holder` has the rotation's lock: null for nobody, undefined if the
 * store does not know.
 */
export function rotationStatus(
  {
    name,
    policy: asked,
    sinks,
    issuer,
    optional = [],
    drift = 'report',
    permissions,
    ...stored
  }: Asked,
  state: RotationState,
  now: number,
  holder?: string | null,
  recorded: Recorded = {},
): RotationStatus {
  const { sightings = new Map<string, string>() } = recorded;
  const policy = asPaused(asked, state);
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
        isTearable: isTorn(layoutAt(stored, id)) && !supports.atomic,
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

/** Whether an issuer can disable tokens is known, without asking it, only from a token that is disabled. */
function asPaused(policy: Timing, { tokens }: RotationState): Timing {
  const isPaused = [...tokens.values()].some(({ disabledAt }) => disabledAt !== undefined);
  return isPaused ? policy : { ...policy, pause: 0 };
}

function isTorn(layout: Layout): boolean {
  return layout.kind === 'pair' && layoutNames(layout).length > 1;
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
  const { ref, missing, disabledByOthers } = tokens.get(current ?? '') ?? {};
  if (ref === undefined || missing !== true) return null;
  const isDisabled = disabledByOthers === true;
  const since = sightings.get(TOKEN) ?? null;
  return { token: ref.id, since, isCopied: isCopied && !isDisabled, isDisabled };
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
