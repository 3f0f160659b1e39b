import type { RateLimits } from '@keyturn/core';

import { Lanes } from '../../src/index.ts';

/** Time in which everybody who sleeps is woken in order, and which passes only when nothing else happens. */
export class EventClock {
  #now = Date.parse('2026-11-24T09:00:00Z');
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const one = { at: this.#now + Math.max(0, milliseconds), wake: resolve };
      this.#sleepers.push(one);
      signal?.addEventListener('abort', () => {
        const at = this.#sleepers.indexOf(one);
        if (at >= 0) this.#sleepers.splice(at, 1);
        reject(signal.reason as Error);
      });
    });
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Lets time pass until then, or until nobody sleeps. */
  async pass(until = Infinity): Promise<void> {
    for (;;) {
      // Whoever was woken does what it does first.
      for (let i = 0; i < 10; i++) await Promise.resolve();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    if (until !== Infinity) this.#now = Math.max(this.#now, until);
  }
}

interface Refusal {
  readonly status: number;
  /** Milliseconds. */
  readonly retryAfter?: number;
}

/** A host as the lanes see it. It decides about each request when that arrives. */
export type Arrive = (
  request: { readonly method: string; readonly credential: string },
  now: number,
) =>
  | Refusal
  | {
      readonly status: 200;
      readonly budget?: { limit: number; remaining: number; resetAt: number };
    };

export interface Sender {
  readonly lanes: Lanes;
  readonly clock: EventClock;
  /** What became of each request, in the order of their ends. */
  readonly statuses: number[];
  /** Sends one request, again and again until it is not refused. */
  readonly send: (method?: string, credential?: string) => Promise<void>;
}

export function sender(
  arrive: Arrive,
  rates: RateLimits | undefined,
  latency: () => number,
  { clock = new EventClock() }: { readonly clock?: EventClock } = {},
): Sender {
  const lanes = new Lanes({ clock });
  const statuses: number[] = [];
  const send: Sender['send'] = async (method = 'GET', credential = 'one') => {
    for (;;) {
      const pass = await lanes.enter({
        url: new URL('https://api.example.com/things/1'),
        method,
        headers: { authorization: credential },
        rates,
        signal: undefined,
        patience: Infinity,
      });
      if (pass.type !== 'pass') throw new Error(pass.type);
      await clock.sleep(latency());
      const answer = arrive({ method, credential }, clock.now());
      await clock.sleep(latency());
      const { status } = answer;
      const retryAfter = 'retryAfter' in answer ? answer.retryAfter : undefined;
      pass.end({
        wasSent: true,
        status,
        ...('budget' in answer && { budget: answer.budget }),
        ...(retryAfter !== undefined && { closedUntil: clock.now() + retryAfter }),
      });
      statuses.push(status);
      if (status === 200) return;
    }
  };
  return { lanes, clock, statuses, send };
}
