import type { RequestCost } from '../../contracts/cost.ts';
import type { KeyturnError } from '../../contracts/errors.ts';
import type { Permissions, TokenIssuer, TokenRef } from '../../contracts/issuer.ts';
import type { Duration } from '../../define/duration.ts';
import type { Layout } from '../../layout/layout.ts';
import type { RotationEvent } from '../../ledger/event.ts';
import type { Step } from '../../machine/step.ts';
import type { Reason } from '../../machine/due.ts';
import type { BreakGlass, Drift } from '../../machine/intent.ts';
import type { Phase } from '../../ledger/phase.ts';
import type { Clock, Random } from '../../contracts/runtime.ts';
import type { SecretSink } from '../../contracts/sink.ts';
import type { StateStore } from '../../ledger/store.ts';
import type { Beside } from './beside.ts';

/** When things are due. */
export interface Policy {
  /** How old a token may get before it is replaced. */
  readonly maxAge: Duration;
  /** How long a replaced token stays valid. */
  readonly grace: Duration;
  /** Beside the grace: a replaced token is revoked only after it was not used for a while. */
  readonly quiet?: {
    /** How long it must not have been used. */
    readonly for: Duration;
    /** How long after its release it is revoked all the same. */
    readonly atMost: Duration;
  };
  /** How long a lost request may still land. */
  readonly settle: Duration;
  /**
   * How long a replaced token is only disabled before it is revoked, if its issuer can do that. Without a grace, there is no pause.
   * @default '1d'
   */
  readonly pause?: Duration;
}

/** How a new token is tried by the CI that reads it. */
export interface CanaryPolicy {
  /** How long a job may take. */
  readonly timeout: Duration;
}

/** One rotation, and what is asked of it. */
export interface RotationRequest {
  /** The rotation's name: its ledger is kept under it. */
  readonly name: string;
  readonly issuer: TokenIssuer;
  /** Every sink of the rotation. */
  readonly sinks: readonly SecretSink[];
  /** The ids of the sinks to write; all of them by default. */
  readonly selected?: readonly string[];
  /**
   * The ids of the sinks that the run goes on without when their check fails, as long as another one is left: they keep
   * what they may hold, and the outcome is `incomplete`. None by default.
   */
  readonly optional?: readonly string[];
  readonly layout: Layout;
  /** The layouts of sinks that have another one, by their ids. */
  readonly layouts?: Readonly<Record<string, Layout>>;
  readonly policy: Policy;
  /** `copy` the permissions of the token that is replaced, or give these. */
  readonly permissions: 'copy' | Permissions;
  /** How long a new token lives if nothing replaces it. Forever by default. */
  readonly ttl?: Duration;
  /** The id of the token that is in use, on first contact. */
  readonly replaces?: string;
  /** Tokens that the user named on this machine before: a ledger that others can write names none. */
  readonly named?: readonly string[];
  /** What tokens may do, by their ids, as the issuer showed it on this machine before: a ledger that others can write does not say it. */
  readonly shown?: Readonly<Record<string, Permissions>>;
  /** What the rotation was called before, as the user said on this machine. */
  readonly formerly?: readonly string[];
  readonly force?: boolean;
  readonly wait?: boolean;
  /** The token in use leaked: replace it at once, without a grace, and revoke it after that or before. */
  readonly breakGlass?: BreakGlass;
  /** Give up what is under way, and only clean up after it. */
  readonly abort?: boolean;
  /** Before a replaced token is revoked, let a job in the CI of each sink that has one show that the new token works there. */
  readonly canary?: CanaryPolicy;
  /** What becomes of a token that somebody else overwrote, removed or ended. @default 'off' */
  readonly drift?: Drift;
  /** On first contact, take the user's word that the token in use is under no other names than the rotation's. */
  readonly allowMissingNames?: boolean;
  /** How else the issuer's credentials are commonly laid out, to propose names that fit what is there. */
  readonly spellings?: readonly Layout[];
  /** Only look and check; change nothing, not even the ledger. */
  readonly dryRun?: boolean;
}

/** What a run needs of the world. */
export interface RotationRuntime {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly random: Random;
  /** Who runs, for the message that another run gets: `ci@runner-7`. */
  readonly owner: string;
  /** Once aborted, nothing new is begun and what is under way is given a bounded time to end. */
  readonly signal: AbortSignal;
  /** How many sinks are written at once. @default 48 */
  readonly concurrency?: number;
  /** How long requests under way may go on after an interrupt. @default '5s' */
  readonly drain?: Duration;
  readonly observe?: (progress: Progress) => void;
  /** The rotations that the same program runs meanwhile. Absent if there are none. */
  readonly beside?: Beside;
  /** Keeps on this machine what the issuer showed that a token may do, for {@link RotationRequest.shown} of later runs. */
  readonly noteShown?: (token: string, permissions: Permissions) => Promise<void>;
  /** Keeps on this machine that it made a token that has no label, for {@link RotationRequest.named} of later runs. */
  readonly noteIssued?: (token: string) => Promise<void>;
}

/** What happens, as it happens. */
export type Progress =
  | { readonly type: 'step'; readonly rotation: string; readonly step: Step }
  | { readonly type: 'event'; readonly rotation: string; readonly event: RotationEvent }
  | {
      readonly type: 'sink';
      readonly rotation: string;
      readonly sink: string;
      readonly error: KeyturnError;
    };

/** `drifted`: somebody else overwrote, removed or ended what is in use. `waiting`: a sink that refused the last token is tried again later. */
export type Outcome =
  | 'rotated'
  | 'grace'
  | 'current'
  | 'drifted'
  | 'waiting'
  | 'incomplete'
  | 'failed'
  | 'planned';

export interface SinkOutcome {
  readonly id: string;
  readonly status: 'delivered' | 'unchanged' | 'failed' | 'skipped';
  readonly error?: KeyturnError;
}

/** A token that was replaced and is still valid, and why. */
export interface KeptToken {
  readonly id: string;
  /**
   * `used`: it was used lately, after it was replaced. `unproved`: no job of CI has shown that the new one works. `unseen`: it may be
   * near the sinks under names that keyturn does not write. `drifted`: somebody else wrote to a sink, and it may be this one.
   * `disabled`: it does not work, and can be enabled until it is revoked. `undeployed`: jobs may use it until the next deployment.
   * `ending`: its revocation was accepted, and is not done yet.
   * `unnamed`: it is in the ledger, and neither its label nor anybody on this machine says that it is this rotation's.
   */
  readonly reason:
    | 'held'
    | 'grace'
    | 'settling'
    | 'used'
    | 'unproved'
    | 'unseen'
    | 'drifted'
    | 'unnamed'
    | 'disabled'
    | 'undeployed'
    | 'ending'
    | 'unrevoked';
  /** The sinks that may hold it. */
  readonly sinks: readonly string[];
  /** When it was last used, where that was looked at; ISO 8601. */
  readonly lastUsedAt?: string;
}

/** A token that was asked for and that nobody has the plaintext of once the run has ended: the next run finds and revokes it. */
export interface PendingToken {
  readonly label: string;
  /** Its id, once it is known that it exists. */
  readonly id?: string;
}

/** What a run did, and how things stand after it. */
export interface RotationReport {
  readonly name: string;
  readonly outcome: Outcome;
  readonly phase: Phase;
  /** Why a new token was or would be asked for. */
  readonly reason?: Reason;
  readonly current?: TokenRef;
  /** The token that the current one replaced in this run. */
  readonly previous?: TokenRef;
  readonly revoked: readonly string[];
  readonly kept: readonly KeptToken[];
  /** What the new token may do otherwise than the one that it replaces, if a new one was wanted and that one is known. */
  readonly grants?: { readonly more: Permissions; readonly less: Permissions };
  readonly pending: readonly PendingToken[];
  /** In a dry run: what the run costs after its checks, if every adapter says so; `from` is when these had ended, by the clock of `RotationRuntime`. */
  readonly ahead?: RequestCost & { readonly from?: number | undefined };
  /** ISO 8601; when the last replaced token may be revoked. */
  readonly graceUntil?: string;
  /** ISO 8601; when a sink that refused the last token is given a new one, for the outcome `waiting`. */
  readonly retryAt?: string;
  /** What somebody else overwrote, removed or ended: ids of sinks, and `token` for the token in use. */
  readonly drifted: readonly string[];
  readonly sinks: readonly SinkOutcome[];
  /** What stopped the run, for the outcomes `failed` and `incomplete`. */
  readonly error?: KeyturnError;
  readonly warnings: readonly string[];
}
