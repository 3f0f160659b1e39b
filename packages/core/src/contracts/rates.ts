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
