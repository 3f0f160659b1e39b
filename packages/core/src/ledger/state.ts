import type { Phase } from './phase.ts';
import type { Permissions, TokenRef } from '../contracts/issuer.ts';
import type { ErrorCode } from '../contracts/errors.ts';
import type { Receipt } from '../contracts/sink.ts';
import type { IssuerIdentity, SinkPlace } from './place.ts';

/** One token of the rotation that is not known to be gone. */
export interface TokenRecord {
  readonly ref: TokenRef;
  /** When it was asked for, by the machine's clock, ISO 8601; absent for one that the user named. The issuer's clock may differ. */
  readonly askedAt?: string;
  /** When the issuer's answer had arrived, by the machine's clock: {@link TokenRef.issuedAt} is not later. */
  readonly answeredAt?: string;
  /** It was sent to a sink, or was there before: jobs may have read it. */
  readonly exposed: boolean;
  /** It is neither current nor under way: to be revoked once no sink may hold it. */
  readonly retired: boolean;
  /** The user said that it leaked: it is revoked whoever holds it. */
  readonly condemned?: true;
  /** When the last sink that held it was seen to hold another one, ISO 8601. Its grace starts here. */
  readonly releasedAt?: string;
  /** Since when it does not work, ISO 8601, and can be enabled again. */
  readonly disabledAt?: string;
  /** What was requested last without a result: it may have happened. */
  readonly requested?: 'disable' | 'enable' | 'revoke';
  /** It was gone, or disabled, when it was last looked for. Nobody but keyturn was to end it. */
  readonly missing?: true;
  /** It is missing because somebody disabled it. */
  readonly disabledByOthers?: true;
}

/** A delivery without an answer: it may still land. */
export interface Unanswered {
  readonly token: string;
  readonly at: string;
  /** By which machine's clock. */
  readonly by?: string;
  /** What the sink's own clock showed before it was sent; absent if that is not known. */
  readonly clock?: string;
}

/** Tokens that a sink refused one after the other: it is given a new one only after a pause. */
export interface Refusals {
  readonly token: string;
  readonly count: number;
  readonly at: string;
  readonly code: ErrorCode;
}

/** What is known of one sink. It may hold each of `base`, and each token of an unanswered delivery. */
export interface SinkRecord {
  /** The target of a configured sink; one that the configuration means no longer has a key of its own: see {@link SinkPlace}. */
  readonly id: string;
  /** Which thing it is. Absent in ledgers of before, until the next delivery. */
  readonly place?: SinkPlace;
  /** Keyturn has sent something there in this layout, so that half of it may be its own doing. */
  readonly sent?: true;
  /** The layout was changed since the last delivery: what is there is not what the configuration says, whichever token it is of. */
  readonly outdated?: true;
  /** Ids of tokens; empty where nothing is known (a sink that was never written to). */
  readonly base: readonly string[];
  readonly unanswered: readonly Unanswered[];
  /** Jobs read what was written only after the next deployment. */
  readonly deploys?: true;
  /** The tokens that jobs may be using until then. */
  readonly running?: readonly string[];
  /** Of the last delivery that was answered. */
  readonly receipt?: Receipt;
  /** How the last job went that was started there to use what the sink holds. */
  readonly trial?: { readonly token: string; readonly ok: boolean };
  /** What it showed instead of the last delivery: somebody else wrote there or removed it. */
  readonly shows?: 'different' | 'absent';
  readonly refusals?: Refusals;
}

/** A label that a token was asked for under, where it is not known whether one was created. */
export interface Attempt {
  readonly label: string;
  readonly at: string;
  /** By which machine's clock. */
  readonly by?: string;
  /** The tokens that existed right before, if the issuer finds them only by what is new. */
  readonly known?: readonly string[];
}

/** What a new chapter of a ledger carries over from the one before. */
export interface Summary {
  /** Which issuer and account the tokens are of. Absent in ledgers of before. */
  readonly issuer?: IssuerIdentity;
  readonly current?: string;
  /** What the current token may do, as far as it was granted or read. */
  readonly permissions?: Permissions;
  readonly tokens: readonly TokenRecord[];
  readonly sinks: readonly SinkRecord[];
  readonly attempts: readonly Attempt[];
}

/** The token that is being brought in. */
interface UnderWay {
  readonly label: string;
  readonly token?: string;
  readonly permissions?: Permissions;
}

/** What a ledger's records amount to. Plain data; nothing secret. */
export interface RotationState {
  readonly phase: Phase;
  /** The rotation's name; empty for a ledger without records. */
  readonly rotation: string;
  /** A token was asked for in this chapter, so that the next one starts another. */
  readonly chapterUsed: boolean;
  readonly issuer?: IssuerIdentity;
  readonly current?: string;
  readonly permissions?: Permissions;
  readonly active?: UnderWay;
  readonly tokens: ReadonlyMap<string, TokenRecord>;
  readonly sinks: ReadonlyMap<string, SinkRecord>;
  readonly attempts: readonly Attempt[];
  /** Tokens revoked in this chapter. */
  readonly revoked: readonly string[];
}

/** The state of a ledger without records. */
export const emptyState: RotationState = {
  phase: 'idle',
  rotation: '',
  chapterUsed: false,
  tokens: new Map(),
  sinks: new Map(),
  attempts: [],
  revoked: [],
};

/** What the next chapter of the ledger needs to know. */
export function summarise(state: RotationState): Summary {
  return {
    ...(state.issuer !== undefined && { issuer: state.issuer }),
    ...(state.current !== undefined && { current: state.current }),
    ...(state.permissions !== undefined && { permissions: state.permissions }),
    tokens: [...state.tokens.values()],
    sinks: [...state.sinks.values()],
    attempts: state.attempts,
  };
}

/** The tokens that a sink may hold: its last known ones, those of unanswered deliveries, and those that its jobs may be using. */
export function holders(sink: SinkRecord): ReadonlySet<string> {
  return new Set([...written(sink), ...(sink.running ?? [])]);
}

/** The tokens that may be written at a sink. */
export function written({ base, unanswered }: SinkRecord): readonly string[] {
  return [...base, ...unanswered.map(({ token }) => token)];
}

/** The sinks that may hold each token. */
export function holdersByToken(state: RotationState): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const sink of state.sinks.values()) {
    for (const token of holders(sink)) {
      const list = result.get(token);
      if (list === undefined) result.set(token, [sink.id]);
      else list.push(sink.id);
    }
  }
  return result;
}
