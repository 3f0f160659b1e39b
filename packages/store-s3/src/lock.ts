import type { CallOptions, KeyturnError, LockBackend } from '@keyturn/core';
import { withEffect } from '@keyturn/core';
import {
  type AppendOptions,
  follow,
  ledgerChanged,
  lockReleased,
  lockTaken,
  type LedgerRecord,
  type Revision,
} from '@keyturn/core/ledger';

import type { Acquired } from './acquire.ts';
import { Appender } from './appender.ts';
import type { Call } from './client.ts';
import { formatLease, type Lease, parseLease } from './lease.ts';
import { keepAlive, letGo } from './live.ts';
import type { Means } from './means.ts';
import { lockRemoved } from './messages.ts';

/** The number of renewals per lease. */
const BEATS = 4;
const MOST_TRIES = 5;

/** Nothing interrupts the call. */
const never: CallOptions = { signal: new AbortController().signal };

/** The lock of one rotation, while its object says so and no other lock has written to the ledger. */
export class S3Lock implements LockBackend {
  readonly #means: Means;
  readonly #where: string;
  readonly #key: string;
  readonly #appender: Appender;
  readonly #loss = new AbortController();
  readonly #ended = new AbortController();
  readonly #heart: NodeJS.Timeout;
  readonly #onEnd: (lock: S3Lock) => void;
  #lease: Lease;
  #etag: string;
  #heldUntil: number;
  #queue: Promise<unknown> = Promise.resolve();
  #renewal: Promise<void> | undefined;
  #release: Promise<void> | undefined;

  constructor(
    means: Means,
    rotation: string,
    { lease, etag, heldUntil }: Acquired,
    onEnd: (lock: S3Lock) => void,
  ) {
    this.#means = means;
    this.#key = means.keys.lock(rotation);
    this.#where = `${means.client.location}: ${this.#key}`;
    this.#lease = lease;
    this.#etag = etag;
    this.#heldUntil = heldUntil;
    this.#onEnd = onEnd;
    this.#appender = new Appender(means, rotation, lease);
    keepAlive(lease.writer);
    this.#heart = setInterval(() => this.#beat(), lease.lasts / BEATS).unref();
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  get heldUntil(): number {
    return this.#heldUntil;
  }

  append(
    records: readonly LedgerRecord[],
    revision: Revision,
    { durable = 'now', ...options }: AppendOptions = never,
  ): Promise<Revision> {
    if (this.#release !== undefined) return Promise.reject(lockReleased(this.#where));
    const call = this.#means.client.call(options);
    const result = this.#queue.then(() => this.#append(records, revision, durable === 'now', call));
    this.#queue = result.catch(() => {});
    return result;
  }

  async confirm(options: CallOptions = never): Promise<void> {
    if (this.#release !== undefined) throw lockReleased(this.#where);
    this.#expectHeld();
    const { clock } = this.#means.client;
    if (clock.now() < this.#heldUntil - this.#lease.lasts / BEATS) return;
    await this.#renew(this.#means.client.call(options));
  }

  release(options: CallOptions = never): Promise<void> {
    this.#release ??= this.#queue.then(() => this.#end(this.#means.client.call(options)));
    return this.#release;
  }

  /** Stops the timer. The lock is left as it is. */
  abandon(): void {
    clearInterval(this.#heart);
    letGo(this.#lease.writer);
    this.#ended.abort();
    this.#onEnd(this);
  }

  async #append(
    records: readonly LedgerRecord[],
    revision: Revision,
    isUrgent: boolean,
    call: Call,
  ): Promise<Revision> {
    this.#expectHeld();
    const end = await this.#appender.end(revision, call);
    if (this.#appender.isOutranked) throw this.#lose(lockTaken(this.#where));
    if (end !== revision) throw ledgerChanged(this.#where);
    const next = records.reduce((last, record) => follow(last, record, this.#where), revision);
    this.#appender.add(records, next);
    if (isUrgent || this.#appender.isFull) await this.#flush(call);
    return next;
  }

  async #flush(call: Call): Promise<void> {
    if ((await this.#appender.flush(call)) === 'outranked')
      throw this.#lose(lockTaken(this.#where));
  }

  async #end(call: Call): Promise<void> {
    clearInterval(this.#heart);
    this.#ended.abort();
    try {
      if (this.#appender.isWaiting) {
        this.#expectHeld();
        await this.#flush(call);
      }
    } finally {
      await this.#renewal?.catch(() => {});
      // If it cannot be written, the lock is taken over once this process has ended, or its lease.
      if (!this.#loss.signal.aborted) await this.#write(this.#ending(), call).catch(() => {});
      this.abandon();
    }
  }

  #ending(): Lease['state'] {
    return this.#appender.isSettled ? 'released' : 'unsettled';
  }

  #expectHeld(): void {
    const { aborted, reason } = this.#loss.signal;
    if (aborted) throw withEffect(reason as unknown, 'none');
  }

  /** Renews the lease; whoever asks meanwhile waits for the same renewal. */
  #renew(call: Call): Promise<void> {
    this.#renewal ??= this.#write('held', call).finally(() => (this.#renewal = undefined));
    return this.#renewal;
  }

  /** Replaces the object of the lock, if it is still of this lock. */
  async #write(state: Lease['state'], call: Call): Promise<void> {
    const { objects, client } = this.#means;
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const last = Math.max(this.#lease.last, this.#appender.last);
      const lease = { ...this.#lease, beat: this.#lease.beat + 1, last, state };
      this.#lease = { ...lease, state: 'held' };
      // From before the request: the server dates the lease later than that.
      const heldUntil = client.clock.now() + lease.lasts;
      const result = await objects.replace(this.#key, formatLease(lease), this.#etag, call);
      if (result.written) {
        this.#etag = result.etag;
        if (state === 'held') this.#heldUntil = heldUntil;
        return;
      }
      if (result.found === undefined) throw this.#lose(lockRemoved(this.#where));
      const there = parseLease(result.found);
      if (there.writer !== this.#lease.writer) throw this.#lose(lockTaken(this.#where));
      // An earlier renewal whose answer was lost.
      this.#etag = result.found.etag;
    }
    throw this.#lose(lockTaken(this.#where));
  }

  #beat(): void {
    const call = this.#means.client.call({ signal: this.#ended.signal });
    // A temporary failure is not a loss: the lease says how long it may last.
    this.#renew(call).catch(() => {});
  }

  #lose(error: KeyturnError): KeyturnError {
    this.abandon();
    this.#loss.abort(error);
    return error;
  }
}
