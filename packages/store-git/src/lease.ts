import type { Clock } from '@keyturn/core';

import { type Moment, passedSince } from './change.ts';

/** Calls something later, without keeping the process alive; returns how to cancel that. */
export type Later = (milliseconds: number, call: () => void) => () => void;

/** The lease is not trusted to its end: clocks run differently, and requests take time. */
const MARGIN = 1 / 8;
/** With less than that left, the lock is renewed before it is confirmed. */
const LITTLE = 1 / 16;

/**
 * How long a lock is certainly held: for the lease, less a margin, from when its last push began. Others count from when they saw that
 * push, which is later.
 */
export class Lease {
  readonly #clock: Clock;
  readonly #later: Later;
  readonly #renew: () => Promise<void>;
  /** Milliseconds. */
  readonly length: number;
  #began: Moment | undefined;
  #cancel = (): void => {};
  #isEnded = false;

  /** @param renew called when half of the lease has passed without a push */
  constructor(length: number, clock: Clock, later: Later, renew: () => Promise<void>) {
    this.length = length;
    this.#clock = clock;
    this.#later = later;
    this.#renew = renew;
  }

  /** A push was successful. */
  get isBegun(): boolean {
    return this.#began !== undefined;
  }

  /** By the smaller rest of two clocks: one of them might have been set, the other one might have stood still. */
  get heldUntil(): number {
    if (this.#began === undefined) return 0;
    const passed = passedSince(this.#began, this.#clock);
    return Math.floor(this.#clock.now() + this.length * (1 - MARGIN) - passed);
  }

  /** Too little is left to send a request. */
  get isShort(): boolean {
    return this.heldUntil - this.#clock.now() <= this.length * LITTLE;
  }

  beginAt(began: Moment): void {
    this.#began = began;
    this.#renewIn(this.length / 2);
  }

  end(): void {
    this.#isEnded = true;
    this.#cancel();
  }

  #renewIn(milliseconds: number): void {
    this.#cancel();
    if (!this.#isEnded) this.#cancel = this.#later(milliseconds, () => void this.#try());
  }

  /** A renewal that fails is tried again while the lease lasts; after that, the next confirmation does it. */
  async #try(): Promise<void> {
    try {
      await this.#renew();
    } catch {
      if (this.heldUntil > this.#clock.now()) this.#renewIn(this.length / 8);
    }
  }
}
