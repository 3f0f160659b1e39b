import type { Clock, Environment, Random, RateLimits } from '@keyturn/core';

import { Lanes } from './limits/lanes.ts';

/** How long each part of one try may take, in milliseconds of real time: sockets do not use the clock that is passed in. */
export interface Deadlines {
  /** @default 10_000 */
  readonly connectMs?: number;
  /** From the request to the response's headers. @default 30_000 */
  readonly headersMs?: number;
  /** From the start to the last byte of the response. @default 60_000 */
  readonly totalMs?: number;
}

/** How many requests a server still allows, as far as its response shows. */
export interface Budget {
  readonly limit?: number;
  readonly remaining?: number;
  /** When it resets, in milliseconds since the epoch. */
  readonly resetAt?: number;
  /** What is limited, if the server counts several things apart: `core`. */
  readonly name?: string;
}

/** One try of a request, for counting and debugging. */
export interface Observation {
  readonly method: string;
  /** Origin and path, without the query. */
  readonly url: string;
  /** Undefined if there was no response. */
  readonly status?: number;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly milliseconds: number;
  /** When the response was made, by the server's own clock, in milliseconds since the epoch. */
  readonly date?: number;
  readonly budget?: Budget;
}

export interface HttpOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Contains `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in upper or lower case. */
  readonly env: Environment;
  /** Sent if the caller does not set one. @default 'keyturn' */
  readonly userAgent?: string;
  readonly deadlines?: Deadlines;
  /** The most retries of a request. @default 4 */
  readonly retries?: number;
  /** The maximum size of a response, in bytes. @default 8 MiB */
  readonly maxBytes?: number;
  /** How long one call may wait for rate limits in total, in milliseconds. @default 5 minutes */
  readonly maxWaitMs?: number;
  /** The limits of the platform that is asked. @default those that its answers show */
  readonly rates?: RateLimits;
  /** Who decides when a request may be sent. Share it among all fetches of a process. @default one of its own */
  readonly lanes?: Lanes;
  /**
   * How many requests without a proxy go through Node's own client, which starts sooner. Those that follow go through undici, which takes
   * half as much of the processor for each.
   *
   * @default 300
   */
  readonly few?: number;
  readonly observe?: (observation: Observation) => void;
}

export type Settings = Required<Omit<HttpOptions, 'deadlines' | 'observe' | 'rates'>> & {
  readonly rates: RateLimits | undefined;
  readonly deadlines: Required<Deadlines>;
  readonly observe: ((observation: Observation) => void) | undefined;
};

export function withDefaults(options: HttpOptions): Settings {
  return {
    userAgent: 'keyturn',
    retries: 4,
    maxBytes: 8 * 1024 * 1024,
    maxWaitMs: 5 * 60_000,
    observe: undefined,
    rates: undefined,
    few: 300,
    lanes: new Lanes(options),
    ...options,
    deadlines: { connectMs: 10_000, headersMs: 30_000, totalMs: 60_000, ...options.deadlines },
  };
}
