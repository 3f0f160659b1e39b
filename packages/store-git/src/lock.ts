import { randomBytes } from 'node:crypto';

import { type Clock, KeyturnError, type LockBackend, withEffect } from '@keyturn/core';
import {
  type AppendOptions,
  type Holder,
  ledgerChanged,
  type LedgerRecord,
  lockReleased,
  lockRemoved,
  lockTaken,
  type Machine,
  type Revision,
} from '@keyturn/core/ledger';

import type { Branch } from './branch.ts';
import { chapterOf } from './chapter.ts';
import { ledgerIn, type Names, namesOf } from './files.ts';
import { type Later, Lease } from './lease.ts';
import { parseLock, serialiseLock } from './lock-file.ts';
import { branchRewritten, lockHeld } from './messages.ts';
import type { Draft } from './snapshot.ts';
import { judge, ownLocks } from './takeover.ts';
import { Waiting } from './waiting.ts';

export interface LockMeans {
  readonly branch: Branch;
  readonly clock: Clock;
  readonly machine: Machine;
  /** Milliseconds. */
  readonly lease: number;
  readonly later: Later;
}

export interface Asked {
  readonly rotation: string;
  readonly holder: Holder;
  /** The file of a holder that is gone, which can be replaced as long as it is unchanged. */
  readonly abandoned: Buffer | undefined;
  /** Called when the lock was pushed or released. */
  readonly begun: (lock: GitLock) => void;
}

type Purpose = 'append' | 'lock' | 'release';

const never = new AbortController().signal;
/** Milliseconds. A copy of the branch of that age is good enough to start from: a push onto an older end fails. */
export const RECENT = 10_000;

/**
 * The right to append to one ledger. The file of the lock is pushed together with the first records, or by the first confirmation, and
 * renewed by every push. Every push is built onto a commit that has this lock, so that a holder that lost it cannot push.
 */
export class GitLock implements LockBackend {
  readonly #means: LockMeans;
  readonly #asked: Asked;
  readonly #names: Names;
  readonly #where: string;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #loss = new AbortController();
  readonly #waiting = new Waiting();
  readonly #lease: Lease;
  /** The end of the ledger, with what waits; undefined if it must be read. */
  #end: Revision | undefined;
  #count = 0;
  /** The file of the lock might be on the branch. */
  #isAttempted = false;
  #rewrites = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #release: Promise<void> | undefined;

  constructor(means: LockMeans, asked: Asked) {
    this.#means = means;
    this.#asked = asked;
    this.#names = namesOf(asked.rotation);
    this.#where = `${means.branch.where}: ${this.#names.ledger}`;
    const { lease, clock, later } = means;
    this.#lease = new Lease(lease, clock, later, () => this.#push('lock', never));
    ownLocks.add(this.#nonce);
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  get heldUntil(): number {
    return this.#loss.signal.aborted ? 0 : this.#lease.heldUntil;
  }

  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    { durable = 'now', signal }: AppendOptions,
  ): Promise<Revision> {
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#where));
    const result = this.#queue.then(() => this.#append(records, revision, durable, signal));
    this.#queue = result.catch(() => {});
    return result;
  }

  async confirm({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    if (this.#release !== undefined) throw lockReleased(this.#where);
    this.#refuseLost();
    if (this.#lease.isShort) await this.#push('lock', signal);
  }

  /** Acquires the lock at once. Ends it if that fails. */
  async takeOver(signal: AbortSignal): Promise<void> {
    try {
      await this.#push('lock', signal);
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  release(): Promise<void> {
    this.#release ??= this.#queue.then(async () => {
      this.#lease.end();
      try {
        if (!this.#waiting.isEmpty) this.#refuseLost();
        if (!this.#waiting.isEmpty || this.#isAttempted) await this.#push('release', never);
      } catch (error) {
        // A lock that cannot be removed is taken over later. Records that might be lost are an error.
        if (!this.#waiting.isEmpty) throw error;
      } finally {
        ownLocks.delete(this.#nonce);
        this.#asked.begun(this);
      }
    });
    return this.#release;
  }

  async #append(
    records: readonly LedgerRecord[],
    revision: Revision,
    durable: AppendOptions['durable'],
    signal: AbortSignal,
  ): Promise<Revision> {
    this.#refuseLost();
    if ((await this.#endNow(revision, signal)) !== revision) await this.#refuseOvertaken(signal);
    const end = this.#waiting.add(records, revision, this.#where);
    this.#end = end;
    if (durable === 'with-the-next' || this.#waiting.isEmpty) return end;
    try {
      await this.#push('append', signal);
    } catch (error) {
      // What may be lost is told now, and not again by the release. The ledger is read again before the next append.
      const isPushed = !this.#waiting.includes(end);
      this.#waiting.drop();
      this.#end = undefined;
      // A renewal took the records along.
      throw isPushed ? withEffect(error, 'unknown') : error;
    }
    return end;
  }

  /** The end of the ledger; read again if it is not the expected one, and another run may have written. */
  async #endNow(expected: Revision, signal: AbortSignal): Promise<Revision> {
    const { branch } = this.#means;
    for (const age of [RECENT, 0]) {
      const isOurs = this.#lease.isBegun || !this.#waiting.isEmpty;
      if (this.#end !== undefined && (isOurs || this.#end === expected)) return this.#end;
      const snapshot = await branch.recent(age, signal);
      const { revision } = chapterOf(await ledgerIn(snapshot, this.#names, branch.where, signal));
      if (revision === expected || age === 0) this.#end = revision;
    }
    return this.#end ?? '';
  }

  /** Another run has written. If it still has the lock, that is what the user needs to know. */
  async #refuseOvertaken(signal: AbortSignal): Promise<never> {
    const snapshot = await this.#means.branch.recent(RECENT, signal);
    const [found] = await snapshot.read([this.#names.lock], signal);
    if (!this.#lease.isBegun) await this.#expectLock(found);
    throw ledgerChanged(this.#where);
  }

  /** Pushes what waits, together with the lock or its end. */
  async #push(purpose: Purpose, signal: AbortSignal): Promise<void> {
    const types = this.#waiting.isEmpty ? [purpose] : this.#waiting.types;
    try {
      const { result, began } = await this.#means.branch.change({
        about: () => [this.#names.encoded, ...types].join(' '),
        signal,
        plan: (draft) => this.#plan(draft, purpose, signal),
      });
      this.#waiting.pushed(result);
      if (began === undefined || purpose === 'release') return;
      this.#count++;
      this.#rewrites = this.#means.branch.rewrites;
      this.#lease.beginAt(began);
      this.#asked.begun(this);
    } catch (error) {
      throw this.#lossIn(error);
    }
  }

  /** Edits the files of the rotation, and returns the end of the ledger. */
  async #plan(draft: Draft, purpose: Purpose, signal: AbortSignal): Promise<Revision> {
    const { branch, lease, clock } = this.#means;
    const [found] = await draft.read([this.#names.lock], signal);
    const isOurs = await this.#expectLock(found);
    const file = await ledgerIn(draft, this.#names, branch.where, signal);
    const next = this.#waiting.onto(file, chapterOf(file));
    if (next === undefined) throw ledgerChanged(this.#where);
    if (next.content !== undefined) {
      draft.write(this.#names.ledger, next.content);
      draft.write(this.#names.head, Buffer.from(`${next.end}\n`));
    }
    if (purpose === 'release') {
      if (isOurs) draft.remove(this.#names.lock);
      return next.end;
    }
    this.#isAttempted = true;
    const renewed = new Date(clock.now()).toISOString();
    const { holder } = this.#asked;
    const lock = { holder, nonce: this.#nonce, count: this.#count + 1, lease, renewed };
    draft.write(this.#names.lock, serialiseLock(lock));
    return next.end;
  }

  /** Whether the lock on the branch is this one, or can become it. @throws {KeyturnError} `STATE_LOST`, `STATE_BUSY` */
  async #expectLock(found: Buffer | undefined): Promise<boolean> {
    const { branch, machine, lease } = this.#means;
    const { isBegun } = this.#lease;
    if (isBegun && branch.rewrites !== this.#rewrites) throw branchRewritten(branch.where);
    const lock = found && parseLock(found, lease);
    if (lock?.nonce === this.#nonce) return true;
    if (isBegun) throw lock === undefined ? lockRemoved(this.#where) : lockTaken(this.#where);
    if (found === undefined || lock === undefined) return false;
    if (this.#asked.abandoned?.equals(found) === true) return false;
    const verdict = await judge(lock, machine);
    if (verdict === 'free') return false;
    const seconds = verdict === 'held' ? undefined : Math.ceil(lock.lease / 1000);
    throw lockHeld(this.#asked.rotation, lock.holder, seconds);
  }

  #refuseLost(): void {
    if (this.#loss.signal.aborted) throw this.#loss.signal.reason as Error;
  }

  #lossIn(error: unknown): unknown {
    if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') return error;
    this.#lease.end();
    ownLocks.delete(this.#nonce);
    this.#loss.abort(withEffect(error, 'none'));
    return error;
  }
}
