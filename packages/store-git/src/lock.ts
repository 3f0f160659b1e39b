import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';

import { type Clock, KeyturnError, type LockBackend, withEffect } from '@keyturn/core';
import {
  type AppendOptions,
  follow,
  type Holder,
  type LedgerRecord,
  type Machine,
  type Revision,
} from '@keyturn/core/ledger';

import type { Branch, Moment } from './branch.ts';
import { extended, readChapter } from './chapter.ts';
import { ledgerIn, type Names, namesOf } from './files.ts';
import { parseLock, serialiseLock } from './lock-file.ts';
import {
  branchRewritten,
  ledgerChanged,
  lockHeld,
  lockReleased,
  lockRemoved,
  lockTaken,
} from './messages.ts';
import type { Draft } from './snapshot.ts';
import { judge, ownLocks } from './takeover.ts';

/** Calls something later, without keeping the process alive; returns how to cancel that. */
export type Later = (milliseconds: number, call: () => void) => () => void;

export interface LockMeans {
  readonly branch: Branch;
  readonly clock: Clock;
  readonly machine: Machine;
  readonly lease: number;
  readonly later: Later;
}

export interface Asked {
  readonly rotation: string;
  readonly holder: Holder;
  /** The file of a holder that is gone, which can be replaced as long as it is unchanged. */
  readonly abandoned: Buffer | undefined;
  /** Called with every call: what was read before that is no longer good enough to start from. */
  readonly used: () => void;
}

interface Waiting {
  readonly record: LedgerRecord;
  /** The end of the ledger after it. */
  readonly revision: Revision;
}

const never = new AbortController().signal;
/** Milliseconds. A copy of the branch of that age is good enough to start from: a push onto an older end fails. */
export const RECENT = 10_000;
/** The lease is trusted for the rest of it, so that clocks may run differently and requests may take time. */
const MARGIN = 1 / 8;
/** With less than that left, the lock is renewed before it is confirmed. */
const LITTLE = 1 / 16;

/**
 * The right to append to one ledger. The file of the lock is pushed together with the first records, or by the first confirmation, and
 * renewed by every push. Every push is built onto a commit that has this lock, so that a holder that lost it cannot push.
 */
export class GitLock implements LockBackend {
  readonly #means: LockMeans;
  readonly #rotation: string;
  readonly #holder: Holder;
  readonly #abandoned: Buffer | undefined;
  readonly #used: () => void;
  readonly #names: Names;
  readonly #where: string;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #loss = new AbortController();
  /** Records that are not pushed, or not known to be. */
  #waiting: readonly Waiting[] = [];
  /** The end of the ledger, with what waits; undefined if it must be read. */
  #end: Revision | undefined;
  #count = 0;
  /** When the last push began that was successful. */
  #began: Moment | undefined;
  /** The file of the lock might be on the branch. */
  #isAttempted = false;
  #rewrites = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #cancel = (): void => {};
  #release: Promise<void> | undefined;

  constructor(means: LockMeans, { rotation, holder, abandoned, used }: Asked) {
    this.#means = means;
    this.#rotation = rotation;
    this.#holder = holder;
    this.#abandoned = abandoned;
    this.#used = used;
    this.#names = namesOf(rotation);
    this.#where = `${means.branch.where}: ${this.#names.ledger}`;
    ownLocks.add(this.#nonce);
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  /** The smaller rest of two clocks: one of them might have been set back, the other one might have stood still. */
  get heldUntil(): number {
    if (this.#began === undefined || this.#loss.signal.aborted) return 0;
    const { clock, lease } = this.#means;
    const now = clock.now();
    const passed = Math.max(now - this.#began.clock, performance.now() - this.#began.steady);
    return Math.floor(now + lease * (1 - MARGIN) - passed);
  }

  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    { durable = 'now', signal }: AppendOptions,
  ): Promise<Revision> {
    this.#used();
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#where));
    const result = this.#queue.then(() => this.#append(records, revision, durable, signal));
    this.#queue = result.catch(() => {});
    return result;
  }

  async confirm({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    this.#used();
    if (this.#release !== undefined) throw lockReleased(this.#where);
    this.#refuseLost();
    const left = this.heldUntil - this.#means.clock.now();
    if (left <= this.#means.lease * LITTLE) await this.#push('lock', signal);
  }

  release(): Promise<void> {
    this.#used();
    this.#release ??= this.#queue.then(async () => {
      this.#cancel();
      try {
        if (this.#waiting.length > 0) this.#refuseLost();
        if (this.#waiting.length > 0 || this.#isAttempted) await this.#push('release', never);
      } catch (error) {
        // A lock that cannot be removed is taken over later. Records that might be lost are an error.
        if (this.#waiting.length > 0) throw error;
      } finally {
        ownLocks.delete(this.#nonce);
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
    if ((await this.#endNow(revision, signal)) !== revision) throw ledgerChanged(this.#where);
    const added: Waiting[] = [];
    let next = revision;
    for (const record of records) {
      next = follow(next, record, this.#where);
      added.push({ record, revision: next });
    }
    this.#waiting = [...this.#waiting, ...added];
    this.#end = next;
    if (durable === 'with-the-next' || this.#waiting.length === 0) return next;
    try {
      await this.#push('append', signal);
    } catch (error) {
      // What may be lost is told now, and not again by the release. The ledger is read again before the next append.
      this.#waiting = [];
      this.#end = undefined;
      throw error;
    }
    return next;
  }

  /** The end of the ledger; read again if it is not the expected one, and another run may have written. */
  async #endNow(expected: Revision, signal: AbortSignal): Promise<Revision> {
    const { branch } = this.#means;
    for (const age of [RECENT, 0]) {
      const isKnown = this.#began !== undefined || this.#waiting.length > 0;
      if (this.#end !== undefined && (isKnown || this.#end === expected)) break;
      const snapshot = await branch.recent(age, signal);
      const file = await ledgerIn(snapshot, this.#names, branch.where, signal);
      this.#end = readChapter(file).revision;
      if (this.#end === expected) break;
      if (age > 0) this.#end = undefined;
    }
    return this.#end ?? '';
  }

  /** Pushes what waits, together with the lock or its end. */
  async #push(purpose: 'append' | 'lock' | 'release', signal: AbortSignal): Promise<void> {
    const { branch } = this.#means;
    const types = this.#waiting.map(({ record }) => record.event.type);
    const about = [this.#names.encoded, ...types, ...(types.length === 0 ? [purpose] : [])];
    try {
      const { result, began } = await branch.change({
        about: () => about.join(' '),
        signal,
        plan: (draft) => this.#plan(draft, purpose === 'release', signal),
      });
      const written = this.#waiting.findIndex(({ revision }) => revision === result);
      this.#waiting = this.#waiting.slice(written + 1);
      if (began !== undefined && purpose !== 'release') this.#isHeldSince(began);
    } catch (error) {
      throw this.#lossIn(error);
    }
  }

  /** Edits the files of the rotation, and returns the end of the ledger. */
  async #plan(draft: Draft, isRelease: boolean, signal: AbortSignal): Promise<Revision> {
    const { branch, lease, clock } = this.#means;
    const [found] = await draft.read([this.#names.lock], signal);
    const isOurs = await this.#expectLock(found);
    const file = await ledgerIn(draft, this.#names, branch.where, signal);
    const chapter = readChapter(file);
    const first = this.#waiting[0]?.record;
    const written = this.#waiting.findIndex(({ revision }) => revision === chapter.revision) + 1;
    const start = first === undefined ? undefined : `${first.seq - 1}:${first.prev}`;
    if (first !== undefined && written === 0 && chapter.revision !== start)
      throw ledgerChanged(this.#where);
    const left = this.#waiting.slice(written);
    const end = left.at(-1)?.revision ?? chapter.revision;
    if (left.length > 0) {
      const records = left.map(({ record }) => record);
      draft.write(this.#names.ledger, extended(file.content, chapter, records));
      draft.write(this.#names.head, Buffer.from(`${end}\n`));
    }
    if (isRelease) {
      if (isOurs) draft.remove(this.#names.lock);
      return end;
    }
    this.#isAttempted = true;
    const renewed = new Date(clock.now()).toISOString();
    const lock = { nonce: this.#nonce, count: this.#count + 1, lease, renewed };
    draft.write(this.#names.lock, serialiseLock({ holder: this.#holder, ...lock }));
    return end;
  }

  /** Whether the lock on the branch is this one, or can become it. @throws {KeyturnError} `STATE_LOST`, `STATE_BUSY` */
  async #expectLock(found: Buffer | undefined): Promise<boolean> {
    const { branch, machine, lease } = this.#means;
    const isHeld = this.#began !== undefined;
    if (isHeld && branch.rewrites !== this.#rewrites) throw branchRewritten(branch.where, 'none');
    const lock = found && parseLock(found, lease);
    if (lock?.nonce === this.#nonce) return true;
    if (isHeld)
      throw lock === undefined ? lockRemoved(this.#where, 'none') : lockTaken(this.#where, 'none');
    if (found === undefined || lock === undefined) return false;
    if (this.#abandoned?.equals(found) === true) return false;
    const verdict = await judge(lock, machine);
    if (verdict === 'free') return false;
    throw lockHeld(
      this.#rotation,
      lock.holder,
      verdict === 'held' ? undefined : Math.ceil(lock.lease / 1000),
    );
  }

  #isHeldSince(began: Moment): void {
    this.#began = began;
    this.#count++;
    this.#rewrites = this.#means.branch.rewrites;
    this.#renewIn(this.#means.lease / 2);
  }

  #renewIn(milliseconds: number): void {
    this.#cancel();
    if (this.#release !== undefined) return;
    this.#cancel = this.#means.later(milliseconds, () => void this.#renew());
  }

  /** A renewal that fails is tried again while the lease lasts; after that, the next confirmation does it. */
  async #renew(): Promise<void> {
    if (this.#release !== undefined || this.#loss.signal.aborted) return;
    const { lease, clock } = this.#means;
    try {
      await this.#push('lock', never);
    } catch {
      if (this.heldUntil > clock.now()) this.#renewIn(lease / 8);
    }
  }

  #refuseLost(): void {
    if (this.#loss.signal.aborted) throw this.#loss.signal.reason as Error;
  }

  #lossIn(error: unknown): unknown {
    if (!KeyturnError.is(error) || error.code !== 'STATE_LOST') return error;
    this.#cancel();
    ownLocks.delete(this.#nonce);
    this.#loss.abort(withEffect(error, 'none'));
    return error;
  }
}
