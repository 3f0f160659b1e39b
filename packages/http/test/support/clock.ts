import type { Clock } from '@keyturn/core';

/** Time that passes only by sleeping, and at once. */
export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #now = Date.parse('2026-11-24T09:00:00Z');

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.slept.push(milliseconds);
    this.#now += milliseconds;
    return Promise.resolve();
  }

  /** All that was slept, together. */
  get total(): number {
    return this.slept.reduce((sum, one) => sum + one, 0);
  }
}

/** Sleeps until it is aborted. */
export class StoppedClock implements Clock {
  now(): number {
    return 0;
  }

  sleep(_: number, signal?: AbortSignal): Promise<void> {
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }
}
