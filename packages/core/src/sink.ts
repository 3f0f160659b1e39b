import type { CredentialReport } from './credentials.ts';
import type { CallOptions } from './runtime.ts';
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
   * What the platform shows of a stored value. It decides how a lost write is settled: by the `value`
   * itself, by its `tail`, by the `timestamp` of the last write, or by writing again (`none`).
   */
  readonly readBack: 'value' | 'tail' | 'timestamp' | 'none';
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
  /** What is stored under the names that were asked for; undefined where the platform was not asked. */
  readonly present?: readonly { readonly name: string; readonly updatedAt?: string }[];
  /** Things that do not stop a delivery but that the user should know; one line each. */
  readonly warnings: readonly string[];
}

/** What a write left behind to recognise it by later. Kept in the ledger, so nothing secret. */
export interface Receipt {
  /** When the platform accepted the write, by the platform's own clock, ISO 8601. */
  readonly at: string;
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
  readonly supports: SinkSupports;
  readonly limits: SinkLimits;

  /** Proves that a later {@link deliver} can work: reachable, allowed, names valid. Writes nothing. */
  check(names: readonly string[], options: CallOptions): Promise<SinkReport>;
  /**
   * Stores every entry, creating or replacing it in place, and resolves once the platform has accepted all.
   * Idempotent. An error has effect `none` only where it is certain that no entry was changed.
   */
  deliver(entries: readonly SinkEntry[], options: CallOptions): Promise<Receipt>;
  /** Compares what the platform shows now with what was delivered, by value where given, else by the receipt. */
  confirm(
    expected: readonly Expectation[],
    receipt: Receipt | undefined,
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
  /**
   * Starts a job of the sink's own CI that uses what the sink holds, and waits for its end. The job has to fail where what it
   * reads is not the token `trial.token`, or where that does not work. Absent where there is no CI behind the sink.
   *
   * @throws {KeyturnError} where no job could be started, or how it ended could not be learned
   */
  trial?(trial: Trial, options: CallOptions): Promise<TrialResult>;
  /** Tells what the sink acts with, for `doctor`. Reads only; rejects where the credentials are refused. */
  credentials?(options: CallOptions): Promise<CredentialReport>;
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
