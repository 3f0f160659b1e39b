import type { Clock, KeyturnError } from '@keyturn/core';

/** What a holder knows of its own lock: until when it may believe in it, and why it lost it. */
export class Held {
  readonly #clock: Clock;
  readonly #lease: number;
  readonly #loss = new AbortController();
  #seen: number;

  /** @param seen when the lock was last asked for and found to be held */
  constructor(clock: Clock, lease: number, seen: number) {
    this.#clock = clock;
    this.#lease = lease;
    this.#seen = seen;
  }

  get signal(): AbortSignal {
    return this.#loss.signal;
  }

  get until(): number {
    return this.#seen + this.#lease;
  }

  get loss(): KeyturnError | undefined {
    return this.#loss.signal.aborted ? (this.#loss.signal.reason as KeyturnError) : undefined;
  }

  /** Whether more than a quarter of the lease is left. A clock that was set back says nothing. */
  get isFresh(): boolean {
    const age = this.#clock.now() - this.#seen;
    return age >= 0 && age < this.#lease * 0.75;
  }

  now(): number {
    return this.#clock.now();
  }

  /** The lock was held when the request of that moment was answered. */
  see(asked: number): void {
    this.#seen = asked;
  }

  /** The first reason counts. */
  lose(error: KeyturnError): KeyturnError {
    if (!this.#loss.signal.aborted) this.#loss.abort(error);
    return this.loss ?? error;
  }
}
