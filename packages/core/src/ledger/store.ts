import type { Portion, SharedLimit } from '../contracts/rates.ts';
import type { KeyturnError } from '../contracts/errors.ts';
import type { CallOptions } from '../contracts/runtime.ts';
import type { LedgerRecord, Revision } from './record.ts';

/** The current chapter of a ledger, with the oldest record first. */
export interface OpenedLedger {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
}

/** How soon appended records must be durable. */
export interface AppendOptions extends CallOptions {
  /**
   * `now`: before the call resolves, with every record appended before. `with-the-next`: no later than the next append with `now`,
   * or the release; a crash might lose the records, from the end.
   *
   * @default 'now'
   */
  readonly durable?: 'now' | 'with-the-next';
}

/** A lock on the ledger of a rotation. One run at a time has it. */
export interface Lock {
  /** Aborted when the store finds out that the lock was lost. */
  readonly signal: AbortSignal;
  /**
   * Until when nobody can take the lock over, in milliseconds of the clock that the store was opened with. Every call that shows
   * that the lock is still held extends it. Absent if the lock does not expire while the process runs.
   */
  readonly heldUntil?: number | undefined;
  /**
   * Appends records, and resolves with the new end of the ledger. Records of one call become durable together. No records and `now`
   * makes durable what was appended before.
   *
   * @throws {KeyturnError} `STATE_CONFLICT` if `revision` is not the end of the ledger, `STATE_LOST` if the lock was taken over,
   * `STATE_BUSY` if another run acquired it first: see {@link StateStore.lock}, `STATE_FAILED` if the records could not be made
   * durable; its `effect` is `unknown` if they might be
   */
  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    options?: AppendOptions,
  ): Promise<Revision>;
  /**
   * Resolves if the lock is still held. Called right before each request that changes something, because the process might have been
   * stopped after it recorded the request. Looks at {@link heldUntil}, and makes a request only when little of that is left. Safe to
   * call concurrently.
   *
   * @throws {KeyturnError} `STATE_LOST`, `STATE_BUSY`
   */
  confirm(options?: CallOptions): Promise<void>;
  /**
   * Makes durable what was appended, and ends the lock. Ends it also if that fails. The second call does nothing.
   *
   * @throws {KeyturnError} `STATE_FAILED`, `STATE_LOST` if appended records might not be durable, and no append has said so
   */
  release(options?: CallOptions): Promise<void>;
}

/** The location of a store, and its problems. */
export interface StoreReport {
  /** A folder, or a database without its credentials. */
  readonly location: string;
  /** What the user should know although runs work; one line each. */
  readonly warnings: readonly string[];
  /** One error for each known reason why a run would fail. */
  readonly problems: readonly KeyturnError[];
}

/**
 * Stores ledgers and their locks. Every call ends by itself, with `STATE_FAILED` if the place does not answer, and can be
 * interrupted by the signal of its options; what it was about to write might be written then.
 */
export interface StateStore {
  readonly specVersion: 1;
  /** The adapter's kind: `file`. */
  readonly kind: string;
  /**
   * Whether only this user can have written the ledgers: they are signed, or never leave the process. The tokens in other
   * ledgers are checked with the issuer, or must be confirmed by the user.
   */
  readonly trusted?: boolean;
  /** Signs a record before it is chained; absent if records are not signed. */
  readonly sign?: ((rotation: string, record: LedgerRecord) => LedgerRecord) | undefined;
  /**
   * Reads the current chapter of a ledger; empty for an unknown rotation.
   *
   * @throws {KeyturnError} `STATE_CORRUPT` if the chain of hashes is broken
   */
  open(rotation: string, options?: CallOptions): Promise<OpenedLedger>;
  /** Reads the whole ledger, for `history`. */
  history(rotation: string, options?: CallOptions): AsyncIterable<LedgerRecord>;
  /**
   * Acquires the lock of a rotation, or takes it over if its holder is gone. A store whose writes are slow may acquire it with the
   * first `append` or `confirm`, which then rejects with `STATE_BUSY` if another run was first: a run to which nothing is due
   * writes nothing.
   *
   * @param owner who asks: `ci@runner-7`
   * @throws {KeyturnError} `STATE_BUSY`, naming the holder
   */
  lock(rotation: string, owner: string, options?: CallOptions): Promise<Lock>;
  /** Checks whether a run could write, for `doctor`. Leaves everything as it is. */
  check?(options?: CallOptions): Promise<StoreReport>;
  /** Describes the holder of the lock of a rotation; undefined if there is none, or it is gone. Takes nothing over. */
  holder?(rotation: string, options?: CallOptions): Promise<string | undefined>;
  /**
   * Ends the lock of a rotation whoever holds it, and describes that holder; undefined if there was none. That run cannot append
   * anymore. Only for a holder that is certainly gone.
   */
  unlock?(rotation: string, options?: CallOptions): Promise<string | undefined>;
  /** Takes points of a rate limit that all programs with this store share. Absent if a store cannot know of the others. */
  take?(
    limit: SharedLimit,
    points: { readonly needed: number; readonly wanted: number },
    options?: CallOptions,
  ): Promise<Portion>;
  /** The names of the rotations that have a ledger, sorted. */
  rotations(options?: CallOptions): Promise<readonly string[]>;
  /**
   * The names of the rotations whose ledgers mention a token in their current chapter, sorted. May name too many, but never too few.
   *
   * @param token the token's id
   */
  holders(token: string, options?: CallOptions): Promise<readonly string[]>;
  /**
   * The names of the rotations whose ledgers have one of these texts in their current chapter, sorted. May name too many, but never too
   * few. Absent if a store would have to read every ledger for it.
   *
   * @param texts what a place is recognized by: see `SinkPlace`
   */
  mentioning?(texts: readonly string[], options?: CallOptions): Promise<readonly string[]>;
  /**
   * Claims a key of a rotation: resolves with true for the first caller, and with false for all others. Needs neither a lock nor a
   * ledger. The claim is durable when this resolves.
   *
   * @throws {KeyturnError} `STATE_FAILED` if the result is unknown; the key might be claimed then
   */
  claim(rotation: string, key: string, options?: CallOptions): Promise<boolean>;
  /** The current time of the store's own clock, in milliseconds since 1970, if all machines share that clock. */
  now?(options?: CallOptions): Promise<number>;
  /** Ends connections and timers. Called once, after the last call. */
  close?(): Promise<void>;
}
