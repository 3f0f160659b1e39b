import type { KeyturnError } from '../contracts/errors.ts';
import type { LedgerRecord, Revision } from './record.ts';

/** The current chapter of a ledger, with the oldest record first. */
export interface OpenedLedger {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
}

/** A lock on the ledger of a rotation. One run at a time has it. */
export interface Lock {
  /** Aborted when the store finds out that the lock was lost. */
  readonly signal: AbortSignal;
  /**
   * Appends records, which are durable when this resolves. Records of one call are synced together.
   *
   * @throws {KeyturnError} `STATE_CONFLICT` if `revision` is not the end of the ledger, `STATE_LOST` if the lock was taken
   * over, `STATE_FAILED` if the records could not be made durable
   */
  append(records: readonly LedgerRecord[], revision: Revision): Promise<Revision>;
  /**
   * Resolves if the lock is still held. Called right before each request that changes something, because the process might have
   * been stopped after it recorded the request. Cheap, and safe to call concurrently.
   *
   * @throws {KeyturnError} `STATE_LOST`
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
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

/** Stores ledgers and their locks. */
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
  open(rotation: string): Promise<OpenedLedger>;
  /** Reads the whole ledger, for `history`. */
  history(rotation: string): AsyncIterable<LedgerRecord>;
  /**
   * Acquires the lock of a rotation, or takes it over if its holder is gone. Does not wait.
   *
   * @throws {KeyturnError} `STATE_BUSY`, naming the holder
   */
  lock(rotation: string, owner: string): Promise<Lock>;
  /** Checks whether a run could write, for `doctor`. Changes nothing. */
  check?(): Promise<StoreReport>;
  /** Describes the holder of the lock of a rotation; undefined if there is none, or it is gone. Takes nothing over. */
  holder?(rotation: string): Promise<string | undefined>;
  /** The names of the rotations that have a ledger, sorted. */
  rotations(): Promise<readonly string[]>;
  /**
   * Claims a key of a rotation: resolves with true for the first caller, and with false for all others. Needs neither a lock nor a
   * ledger. The claim is durable when this resolves.
   *
   * @throws {KeyturnError} `STATE_FAILED` if the result is unknown; the key might be claimed then
   */
  claim(rotation: string, key: string): Promise<boolean>;
}
