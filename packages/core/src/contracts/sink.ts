import type { CredentialReport } from './credentials.ts';
import type { CallOptions, CheckOptions } from './runtime.ts';
import type { Secret } from './secret.ts';

/** One name with its value. Values that are no secret (a token's id) are plain strings. */
export interface SinkEntry {
  readonly name: string;
  readonly value: Secret | string;
}

/** What a sink should hold under a name; without a value where the plaintext is no longer known. */
export interface Expectation {
  readonly name: string;
  readonly value?: Secret | string;
}

export interface SinkSupports {
  /**
   * What the platform shows of a stored value. It decides how a lost write is settled: by the `value` itself, by its `tail`,
   * by a `stamp` (when, or in which version, it was last written), or by writing again (`none`).
   */
  readonly readBack: 'value' | 'tail' | 'stamp' | 'none';
  /** All entries of one delivery become visible at once. Where false, a job may read a torn pair. */
  readonly atomic: boolean;
  /** {@link SecretSink.remove} works. */
  readonly remove: boolean;
}

/** What the platform refuses; refused here before any request is made. */
export interface SinkLimits {
  /** The most bytes that a value may have, as UTF-8. */
  readonly maxBytes?: number;
  readonly name?: RegExp;
  readonly value?: RegExp;
  /** Names that differ in case alone are one name there. */
  readonly ignoresCase?: boolean;
}

/** What a job is to show. */
export interface Trial {
  /** The id of the token that it has to find. */
  readonly token: string;
  /** A word of its own for this trial, by which the job is found among others. */
  readonly mark: string;
  /** How long to wait for its end, in milliseconds. */
  readonly timeout: number;
}

export interface TrialResult {
  readonly ok: boolean;
  /** Where a person can look at the job. */
  readonly url?: string;
}

/** What a sink has now, as far as checking it tells without extra requests. */
export interface SinkReport {
  /** What is stored under the names that were asked for. Undefined if the platform was not asked, as it need not be if they are `known`. */
  readonly present?: readonly { readonly name: string; readonly updatedAt?: string }[];
  /** The platform's own unchanging id of the thing that the target names, such as a repository's number; absent if it has none. */
  readonly place?: string;
  /** What the platform's clock showed during the check, ISO 8601. The same clock as {@link Receipt.clock}, and no other. */
  readonly clock?: string;
  /** Things that do not stop a delivery but that the user should know; one line each. */
  readonly warnings: readonly string[];
}

/** What a write left behind to recognise it by later. Kept in the ledger, so nothing secret. */
export interface Receipt {
  /** When the write was answered, ISO 8601. For people: no decision rests on it. */
  readonly at: string;
  /** What the platform's clock showed when it answered the last write, ISO 8601. Compared only with the same clock: see {@link Proof.since}. */
  readonly clock?: string;
  /**
   * The platform's own stamp of each write, by name: a time, a version, or a {@link fingerprint} of a value that it shows. They
   * are compared for equality alone. A name is left out if the platform did not show the stamp of that very write.
   */
  readonly stamps?: Readonly<Record<string, string>>;
}

/** What a look at a sink has to go by, beside the values. */
export interface Proof {
  /** Of the delivery in question; absent if it was never answered. */
  readonly receipt?: Receipt | undefined;
  /**
   * Since when other writes of ours may have landed, by the sink's own clock ({@link SinkReport.clock}); {@link ANY_TIME} if
   * that is not known. Absent if there are none. See {@link showsLaterWrites}.
   */
  readonly since?: string | undefined;
}

/** What to look for beside the names of a rotation. */
export interface NeighbourQuery {
  readonly names: readonly string[];
  /** The id of a token that may be there under other names. */
  readonly token?: string;
}

/** Something stored near a rotation's names: at the same place under another name, or under one of the names in another scope. */
export interface Neighbour {
  readonly name: string;
  /** Where it is, if not at the place itself: `scope production`. */
  readonly scope?: string;
  /** The canonical target of that place, if one can be written: a rotation may write there too. */
  readonly target?: string;
  /** Whether it shows the token that was asked about. `maybe`: only its end is shown, and fits. */
  readonly shows?: 'yes' | 'maybe';
}

/** `unreadable`: what is there cannot be told apart from something else. Never guess `same`. */
export type Confirmation = 'same' | 'different' | 'absent' | 'unreadable';

/** What a sink shows of the credential it holds now. */
export interface TokenHint {
  /** The id of the token, where the sink holds it in the clear. */
  readonly id?: string;
  /** The last characters of the secret. */
  readonly tail?: string;
}

/** What suggests which token a sink holds. */
export interface TokenClue {
  readonly id?: string;
  /** The last characters of the id. */
  readonly idTail?: string;
  /** Where it was seen, for the person who decides: `the variable PLANETSCALE_SERVICE_TOKEN_ID`. */
  readonly seen: string;
}

/** A file with secrets in it that a delivery left behind on this machine when its process was killed. */
export interface Leftover {
  readonly path: string;
  /** Who left it: `process 12`, or `process 12 on build-7` if it cannot be known from here whether that has ended. */
  readonly by: string;
}

/**
 * A place that secrets are delivered to: one repository's Actions secrets, one env file.
 *
 * Every method rejects with a `KeyturnError` only, and within a second once its signal is aborted.
 */
export interface SecretSink {
  /** The contract that the sink was written for. */
  readonly specVersion: 1;
  /** The adapter's short name, as in the configuration: `github`. */
  readonly kind: string;
  /** The canonical target, stable, without a credential: `github:acme/web`. */
  readonly id: string;
  /** Where the platform is: its address without credentials, or the folder that a file's path starts from. Absent if the id says it all. */
  readonly server?: string;
  readonly supports: SinkSupports;
  readonly limits: SinkLimits;

  /**
   * Proves that a later {@link deliver} can work: reachable, allowed, names valid, room left. Makes every read that the delivery
   * needs. Writes nothing.
   */
  check(names: readonly string[], options: CheckOptions): Promise<SinkReport>;
  /**
   * Stores every entry, creating or replacing it in place, and resolves once the platform has accepted all. Awaits
   * `options.beforeWrite` right before each request that changes something. Idempotent. An error has effect `none` only where it is certain that no entry was changed.
   */
  deliver(entries: readonly SinkEntry[], options: CallOptions): Promise<Receipt>;
  /**
   * Compares what the platform shows now with what was delivered: by value if one is given, else by the receipt's stamps. `same`
   * only if every other write that may have landed since `proof.since` would show.
   */
  confirm(
    expected: readonly Expectation[],
    proof: Proof,
    options: CallOptions,
  ): Promise<Confirmation>;
  /** What the platform shows of the credential under these names, where it shows anything. */
  holds?(names: readonly string[], options: CallOptions): Promise<TokenHint | undefined>;
  /**
   * What suggests which token is under these names, in the order of a layout: a variable beside the secrets, or the last
   * characters of an id. Somebody may have changed the one and not the other, so this is no proof of anything: it helps to
   * name the token in use on first contact, and {@link confirm} and {@link holds} must not rely on it.
   */
  clue?(names: readonly string[], options: CallOptions): Promise<TokenClue | undefined>;
  /** What is stored near these names, for first contact with a token that keyturn did not issue. Reads only, and shows no value. */
  neighbours?(query: NeighbourQuery, options: CallOptions): Promise<readonly Neighbour[]>;
  /**
   * Starts a job of the sink's own CI that uses what the sink holds, and waits for its end. The job has to fail where what it
   * reads is not the token `trial.token`, or where that does not work. Absent where there is no CI behind the sink.
   *
   * @throws {KeyturnError} where no job could be started, or how it ended could not be learned
   */
  trial?(trial: Trial, options: CallOptions): Promise<TrialResult>;
  /** Tells what the sink acts with, for `doctor`. Reads only; rejects where the credentials are refused. */
  credentials?(options: CallOptions): Promise<CredentialReport>;
  /** What killed deliveries left behind, with plaintext in it; not what one under way is writing. Makes no request, and removes nothing. */
  leftovers?(options: CallOptions): Promise<readonly Leftover[]>;
  /** Removes names; one that is not there is a success. Present where `supports.remove` is true. */
  remove?(names: readonly string[], options: CallOptions): Promise<void>;
  /**
   * The same place in the layout `slots`: under the same id, each name stands for `NAME_A` and `NAME_B`, and the readable
   * `variable` says which of the two is live. Its `deliver` fills the idle slot whole and only then flips the variable, so that
   * nobody reads a torn pair; what a failed delivery left in the idle slot is no effect, unless it may still land. Makes no
   * request. Absent where a job cannot choose a secret by a variable.
   */
  slots?(variable: string): SecretSink;
}
