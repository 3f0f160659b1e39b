import type { KeyturnError } from '../contracts/errors.ts';
import type { LedgerRecord } from './record.ts';

/**
 * Where a ledger ends: the number and hash of its last record, `0:` for an empty one.
 * A writer names the revision that it builds on, so that nobody's records are lost.
 */
export type Revision = string;

/** A ledger as it stands: the records since its last summary, oldest first. */
export interface OpenedLedger {
  readonly records: readonly LedgerRecord[];
  readonly revision: Revision;
}

/** The right to append to one rotation's ledger, held by one run at a time. */
export interface Lock {
  /** Aborted as soon as the store knows that the lock was lost. */
  readonly signal: AbortSignal;
  /**
   * Appends records that are durable once this resolves; those given together are synced together.
   *
   * @throws {KeyturnError} `STATE_CONFLICT` for a revision that is not the last, `STATE_LOST` when the
   * lock has passed to somebody else, `STATE_FAILED` when the records could not be made durable.
   */
  append(records: readonly LedgerRecord[], revision: Revision): Promise<Revision>;
  /**
   * Resolves where the lock is held now: asked right before a request that changes something, since a process may have been
   * stopped for long between the record that announced it and the request. Cheap, and may be called many times at once.
   *
   * @throws {KeyturnError} `STATE_LOST`
   */
  confirm(): Promise<void>;
  release(): Promise<void>;
}

/** Where a store keeps its ledgers, and what is wrong there. */
export interface StoreReport {
  /** A folder, or a database without its credentials. */
  readonly location: string;
  /** Things that stop no run, but that the user should know; one line each. */
  readonly warnings: readonly string[];
  /** One entry for each thing that would make a run fail. */
  readonly problems: readonly KeyturnError[];
}

/** Where ledgers live. */
export interface StateStore {
  readonly specVersion: 1;
  /** The adapter's short name: `file`. */
  readonly kind: string;
  /**
   * Nobody but this user can have written its ledgers: each record is signed, or none leaves the process. What other ledgers say of
   * tokens is checked against the issuer and the user's word.
   */
  readonly trusted?: boolean;
  /** Signs a record before it is chained; absent if records are not signed. */
  readonly sign?: ((rotation: string, record: LedgerRecord) => LedgerRecord) | undefined;
  /**
   * Reads a rotation's ledger from its last `opened` record on; empty for an unknown rotation.
   *
   * @throws {KeyturnError} `STATE_CORRUPT` with the place, where the chain of hashes is broken.
   */
  open(rotation: string): Promise<OpenedLedger>;
  /** The whole ledger from its first record, for `history`. */
  history(rotation: string): AsyncIterable<LedgerRecord>;
  /**
   * Takes the rotation's lock, or takes it over from a holder that is gone. Does not wait.
   *
   * @throws {KeyturnError} `STATE_BUSY`, naming the holder
   */
  lock(rotation: string, owner: string): Promise<Lock>;
  /** Tells whether a run could write there, for `doctor`. Changes nothing. */
  check?(): Promise<StoreReport>;
  /** Who holds the rotation's lock now, in words; undefined for nobody, or somebody who is gone. Takes nothing over. */
  holder?(rotation: string): Promise<string | undefined>;
  /** The names of the rotations that have a ledger, sorted. */
  rotations(): Promise<readonly string[]>;
  /**
   * Takes a key of a rotation, once and for all: true for the first to ask, and false ever after, whoever asks. Needs no lock, and
   * no ledger. What is done once is durable before it is answered, so that a crash does not make it twice.
   *
   * @throws {KeyturnError} `STATE_FAILED` where it is not known whether it was taken; the key may be used up then
   */
  claim(rotation: string, key: string): Promise<boolean>;
}
