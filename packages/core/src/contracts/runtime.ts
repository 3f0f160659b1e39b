/** The current time and timers. Passed in, so that tests do not have to wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`. Rejects with the signal's reason if it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Returns a number in [0, 1). Good enough for labels, but not for secrets. */
export type Random = () => number;

/** Environment variables, like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The part of `fetch` that adapters use. The global one works; `@keyturn/http` has a better one. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /**
   * Whether the request can be retried after a lost answer. By default, all methods except POST and PATCH are. Sinks set it to
   * `false` for writes, because the ledger must record each attempt first.
   */
  readonly repeatable?: boolean;
  /** Awaited right before each attempt of a request that can change something. If it rejects, nothing is sent. */
  readonly beforeWrite?: BeforeWrite | undefined;
}

/**
 * Confirms that this run still holds its lock.
 *
 * @throws {KeyturnError} `STATE_LOST` if another run has taken over: nothing must be written anymore
 */
export type BeforeWrite = () => Promise<void>;

/** Options of calls that can take a while. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /**
   * Await this right before each request that changes something. If the process is stopped between two requests and another
   * run takes over, the second request must not be sent. Absent outside of a run.
   */
  readonly beforeWrite?: BeforeWrite;
}

/** Stamps of writes by name: see {@link Receipt.stamps}. */
export type Stamps = Readonly<Record<string, string>>;

/** Options of {@link SecretSink.deliver}. */
export interface DeliverOptions extends CallOptions {
  /**
   * Takes the stamps that the platform shows only to a read after the writes, once that read is answered: what follows need not wait for
   * it. Without it, `deliver` waits, and the receipt has them. Call it at most once, for the stamps that the receipt does not have.
   */
  readonly later?: (stamps: Promise<Stamps>) => void;
}

/** Options of {@link SecretSink.check}. */
export interface CheckOptions extends CallOptions {
  /** keyturn wrote these names before, so the sink does not need to read what is stored there. */
  readonly known?: boolean;
}

/** The remote of a repository, without users and passwords. */
export interface GitRemote {
  /** In lower case. */
  readonly host: string;
  /** Without leading and trailing slashes and `.git`: `acme/web`. */
  readonly path: string;
  /** Whether it is an HTTP URL. If the server is below a path, `path` includes it. */
  readonly web: boolean;
}

/** Everything outside of itself that an adapter is allowed to use. */
export interface AdapterContext {
  readonly env: Environment;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** The base of relative paths: the folder of the configuration, or the working directory. */
  readonly directory: string;
  /** The names of the safety checks that the user has disabled: `tracked-file`. */
  readonly allow: ReadonlySet<string>;
  /** The remote `origin` of the checkout that contains `directory`. Absent if the host does not use git. */
  readonly gitRemote?: () => Promise<GitRemote | undefined>;
}
