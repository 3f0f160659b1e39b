import type { Clock, RateLimit, SharedBudget, SharedLimit } from '@keyturn/core';

/** The largest portion is this part of a limit: others want some, too. */
const LARGEST = 0.05;
/** Milliseconds for which the limit is taken to be this process's alone after its budget could not be asked. */
const ALONE = 30_000;

/** This process's share of a limit, asked for in portions. */
export class Share {
  readonly #budget: SharedBudget;
  readonly #limit: SharedLimit;
  readonly #clock: Clock;
  readonly #wake: () => void;
  #points = 0;
  #validUntil = 0;
  #nextAt = 0;
  #aloneUntil = 0;
  #isAsking = false;

  constructor(
    budget: SharedBudget,
    of: { readonly name: string; readonly limit: RateLimit },
    clock: Clock,
    wake: () => void,
  ) {
    const { points, windowMs } = of.limit;
    this.#budget = budget;
    this.#limit = { key: `${of.name} ${points}/${windowMs}`, points, windowMs };
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Milliseconds until so many points may be spent; undefined while they are asked for. */
  waitFor(needed: number, wanted: number, now: number): number | undefined {
    if (needed === 0 || now < this.#aloneUntil) return 0;
    if (this.#points >= needed && now < this.#validUntil) return 0;
    if (now < this.#nextAt) return this.#nextAt - now;
    if (!this.#isAsking) void this.#ask(needed, wanted);
    return undefined;
  }

  spend(points: number): void {
    this.#points = Math.max(0, this.#points - points);
  }

  async #ask(needed: number, wanted: number): Promise<void> {
    this.#isAsking = true;
    const asked = this.#clock.now();
    const most = Math.floor(this.#limit.points * LARGEST);
    try {
      const portion = await this.#budget.take(
        this.#limit,
        { needed, wanted: Math.max(needed, Math.min(wanted, most)) },
        { signal: AbortSignal.timeout(10_000) },
      );
      this.#points = portion.points;
      this.#validUntil = asked + portion.validMs;
      if (portion.points < needed) this.#nextAt = this.#clock.now() + Math.max(1, portion.waitMs);
    } catch {
      // The limit holds for this process all the same, and a store that is away stops the run by itself.
      this.#aloneUntil = this.#clock.now() + ALONE;
    }
    this.#isAsking = false;
    this.#wake();
  }
}
