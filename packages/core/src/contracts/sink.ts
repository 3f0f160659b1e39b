import type { RequestCost } from './cost.ts';
import type { CredentialReport } from './credentials.ts';
import type { CallOptions, CheckOptions, DeliverOptions, Stamps } from './runtime.ts';
import type { Secret } from './secret.ts';

/** A name and its value. Values that are not secret (the ID of a token) are plain strings. */
export interface SinkEntry {
  readonly name: string;
  readonly value: Secret | string;
}

/** What a sink should hold under a name. Without a value if the plaintext is no longer known. */
export interface Expectation {
  readonly name: string;
  readonly value?: Secret | string;
}

export interface SinkSupports {
  /**
   * What the platform shows of a stored value: the `value` itself, its last characters (`tail`), the time or version of its
   * last write (`stamp`), or nothing (`none`). After a lost answer, keyturn uses this to find out what was written; with
   * `none`, it writes again.
   */
  readonly readBack: 'value' | 'tail' | 'stamp' | 'none';
  /** Whether all entries of a delivery become visible at once. If not, a job might read a mix of two credentials. */
  readonly atomic: boolean;
  /**
   * When jobs can read what was written: as soon as it was written, or after the next deployment. Until that was said with
   * `keyturn released`, a replaced token is kept.
   * @default 'read'
   */
  readonly takesEffect?: 'read' | 'deploy';
  /** Whether {@link SecretSink.remove} is available. */
  readonly remove: boolean;
}

/** Limits of the platform. Checked before a request is made. */
export interface SinkLimits {
  /** The maximum size of a value, in bytes of UTF-8. */
  readonly maxBytes?: number;
  readonly name?: RegExp;
  readonly value?: RegExp;
  /** Whether names that differ only in case are the same name. */
  readonly ignoresCase?: boolean;
}

/** A request to start a canary job. */
export interface Trial {
  /** The ID of the token that the job must find. */
  readonly token: string;
  /** A unique word by which the job is found. */
  readonly mark: string;
  /** How long to wait for the end of the job, in milliseconds. */
  readonly timeout: number;
}

export interface TrialResult {
  readonly ok: boolean;
  /** The URL of the job. */
  readonly url?: string;
}

/** What a check found. Needs no requests beyond those of the check. */
export interface SinkReport {
  /** Which of the names exist. Undefined if the platform was not asked, which is allowed if the names are `known`. */
  readonly present?: readonly { readonly name: string; readonly updatedAt?: string }[];
  /** The platform's permanent ID of the target, such as the number of a repository. Absent if there is none. */
  readonly place?: string;
  /** The time of the platform's clock during the check, ISO 8601. Must be the same clock as {@link Receipt.clock}. */
  readonly clock?: string;
  /** What the user should know although deliveries work; one line each. */
  readonly warnings: readonly string[];
}

/** Evidence of a write, to recognize it later. Stored in the ledger, so it contains no secrets. */
export interface Receipt {
  /** When the write was answered, ISO 8601. Only shown, never used for decisions. */
  readonly at: string;
  /** The time of the platform's clock when it answered the last write, ISO 8601. Only compared with the same clock: see {@link Proof.since}. */
  readonly clock?: string;
  /**
   * The platform's stamp of each write, by name: a time, a version, or a {@link fingerprint} of a value that it shows. Only
   * compared for equality. Omit a name if the platform did not show the stamp of exactly this write.
   */
  readonly stamps?: Stamps;
}

/** Evidence for {@link SecretSink.confirm}, besides the values. */
export interface Proof {
  /** The receipt of the delivery. Absent if the delivery was never answered. */
  readonly receipt?: Receipt | undefined;
  /**
   * The earliest time at which other writes of keyturn might have taken effect, by the clock of the sink
   * ({@link SinkReport.clock}); {@link ANY_TIME} if it is unknown. Absent if there are no such writes.
   * {@link compareStamp} takes it into account.
   */
  readonly since?: string | undefined;
}

/** What {@link SecretSink.neighbours} looks for. */
export interface NeighbourQuery {
  readonly names: readonly string[];
  /** The ID of a token that might be stored under other names. */
  readonly token?: string;
}

/** Something stored near the names of a rotation: another name at the same place, or the same name in another scope. */
export interface Neighbour {
  readonly name: string;
  /** The scope, if it is not the sink itself: `scope production`. */
  readonly scope?: string;
  /** The canonical target of that scope, if there is one. */
  readonly target?: string;
  /** Whether it contains the token of the query. `maybe`: only its last characters are shown, and they match. */
  readonly shows?: 'yes' | 'maybe';
}

/** `unreadable`: the platform does not show enough to compare. Never guess `same`. */
export type Confirmation = 'same' | 'different' | 'absent' | 'unreadable';

/** What a sink shows of the credential that it holds now. */
export interface TokenHint {
  /** The ID of the token, if the sink shows it. */
  readonly id?: string;
  /** The last characters of the secret. */
  readonly tail?: string;
}

/** What suggests which token a sink holds. Not a proof. */
export interface TokenClue {
  readonly id?: string;
  /** The last characters of the ID. */
  readonly idTail?: string;
  /** Where it was seen: `the variable PLANETSCALE_SERVICE_TOKEN_ID`. */
  readonly seen: string;
}

/** A file with secrets on this machine that a killed delivery left behind. */
export interface Leftover {
  readonly path: string;
  /** The process that left it: `process 12`, or `process 12 on build-7` if it might still run on another machine. */
  readonly by: string;
}

/**
 * A place that secrets are delivered to, such as the Actions secrets of a repository, or an env file.
 *
 * Methods reject only with a `KeyturnError`, and within a second after their signal is aborted.
 */
export interface SecretSink {
  /** The version of this contract. */
  readonly specVersion: 1;
  /** The adapter's kind, as in the configuration: `github`. */
  readonly kind: string;
  /** The canonical target. Stable, and without a credential: `github:acme/web`. */
  readonly id: string;
  /** The URL of the platform without credentials, or the base folder of a file. Absent if the ID is sufficient. */
  readonly server?: string;
  readonly supports: SinkSupports;
  readonly limits: SinkLimits;

  /**
   * Checks that {@link deliver} can work: the place is reachable, writing is allowed, names are valid and there is room left. Makes
   * all read requests that a delivery needs. Writes nothing.
   */
  check(names: readonly string[], options: CheckOptions): Promise<SinkReport>;
  /**
   * Creates or replaces all entries, and resolves when the platform has accepted them. Awaits `options.beforeWrite` right
   * before each request that changes something. Idempotent. An error has the effect `none` only if certainly no entry was changed.
   */
  deliver(entries: readonly SinkEntry[], options: DeliverOptions): Promise<Receipt>;
  /**
   * Compares what the platform shows now with what was delivered: by value if there is one, otherwise by the stamps of the receipt.
   * Returns `same` only if any other write since `proof.since` would be visible.
   */
  confirm(
    expected: readonly Expectation[],
    proof: Proof,
    options: CallOptions,
  ): Promise<Confirmation>;
  /** What the platform shows of the credential under these names; undefined if it shows nothing. */
  holds?(names: readonly string[], options: CallOptions): Promise<TokenHint | undefined>;
  /**
   * What suggests which token is stored under these names (in the order of the layout), such as a variable beside the secrets, or the
   * last characters of an ID. This is not a proof, because the secrets and the clue can change independently. It helps to
   * name the token in use on first contact; {@link confirm} and {@link holds} must not rely on it.
   */
  clue?(names: readonly string[], options: CallOptions): Promise<TokenClue | undefined>;
  /** Lists what is stored near these names, for first contact with a token that keyturn did not issue. Reads only, and returns no values. */
  neighbours?(query: NeighbourQuery, options: CallOptions): Promise<readonly Neighbour[]>;
  /**
   * Starts a canary job in the CI that reads the sink, and waits for its end. The job must fail if it does not read the token
   * `trial.token`, or if the token does not work. Absent if the sink has no CI.
   *
   * @throws {KeyturnError} if the job cannot be started, or its result cannot be read
   */
  trial?(trial: Trial, options: CallOptions): Promise<TrialResult>;
  /** What a delivery of these names costs, for the estimate of `plan`. Makes no request. Without it, there is no estimate. */
  cost?(names: readonly string[]): RequestCost;
  /** Describes the credentials, for `doctor`. Reads only; rejects if they are denied. */
  credentials?(options: CallOptions): Promise<CredentialReport>;
  /** Lists files with plaintext that killed deliveries left behind, except those of a running delivery. Makes no request, and removes nothing. */
  leftovers?(options: CallOptions): Promise<readonly Leftover[]>;
  /** Removes names; succeeds for names that do not exist. Present if `supports.remove` is true. */
  remove?(names: readonly string[], options: CallOptions): Promise<void>;
  /**
   * Returns the same place (with the same ID) for the layout `slots`: each name is stored as `NAME_A` and `NAME_B`, and the readable
   * `variable` contains the live slot. Its `deliver` fills the idle slot completely before it switches the variable, so that no
   * job reads a mix of two credentials. A failed delivery that only changed the idle slot has the effect `none`, unless a request
   * might still take effect. Makes no request. Absent if jobs cannot choose a secret by a variable.
   */
  slots?(variable: string): SecretSink;
}
