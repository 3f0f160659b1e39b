import type { CallOptions } from './runtime.ts';

/** A limit of requests. */
export interface RateLimit {
  /** How many points may be spent in any window. */
  readonly points: number;
  /** The length of a window, in milliseconds. */
  readonly windowMs: number;
  /** The points of a request by its method; methods that are missing cost nothing. @default 1 for every request */
  readonly costs?: Readonly<Record<string, number>>;
  /** Only requests with such a path are counted. @default all */
  readonly path?: RegExp;
}

/** How many requests the servers of a platform take. keyturn slows down before they would refuse one. */
export interface RateLimits {
  /** The platform's own hosts, which have these limits. Those of another server are taken from what its answers show. */
  readonly hosts: readonly string[];
  readonly limits: readonly RateLimit[];
  /** The header, in lower case, with the credential that requests are counted by. @default all requests to a host are counted together */
  readonly credential?: string;
}

/** A limit that several programs share. */
export interface SharedLimit {
  /** Which it is: the host, and the credential as a hash. At most 200 characters. */
  readonly key: string;
  readonly points: number;
  /** Milliseconds. */
  readonly windowMs: number;
}

/** A part of a shared limit. */
export interface Portion {
  /** How many points may be spent: none, or at least as many as were needed. */
  readonly points: number;
  /** For how long they may be spent, in milliseconds from when they were asked for. What is left is lost. */
  readonly validMs: number;
  /** When there may be more, in milliseconds from now, if there are none. */
  readonly waitMs: number;
}

/** Shares out limits among all programs that ask it, so that together they do not pass them. */
export interface SharedBudget {
  /**
   * Takes points, as many as wanted or fewer.
   *
   * @param points as many as can be spent at once; fewer than `needed` are of no use
   * @throws {KeyturnError} what a store fails with
   */
  take(
    limit: SharedLimit,
    points: { readonly needed: number; readonly wanted: number },
    options: CallOptions,
  ): Promise<Portion>;
}
