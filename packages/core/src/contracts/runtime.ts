/** The passage of time, passed in so that tests need not wait for it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `milliseconds`; rejects with the signal's reason when it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A number in [0, 1), from a source good enough for labels: never for secrets. */
export type Random = () => number;

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What adapters use of `fetch`. The global one fits; `@keyturn/http` makes a better one. */
export type Fetch = (url: string, init?: FetchInit) => Promise<Response>;

export interface FetchInit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /**
   * Whether the request may be sent again after its answer was lost. By default the method decides (all but POST and
   * PATCH); a sink's writes say `false`, since each try must be announced in the ledger.
   */
  readonly repeatable?: boolean;
  /** Awaited right before each try of a request that may change something; when it rejects, nothing is sent. */
  readonly beforeWrite?: BeforeWrite | undefined;
}

/**
 * Asks for the right to write. Resolves while this run holds its lock.
 *
 * @throws {KeyturnError} `STATE_LOST` after another run has taken over: then nothing may be written any more
 */
export type BeforeWrite = () => Promise<void>;

/** Options of every call that may take a while. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /**
   * Await this right before each request that changes something: a delivery may be several requests, and a process that was
   * stopped between two of them must not send the next one after another run has taken over. Absent outside of a run.
   */
  readonly beforeWrite?: BeforeWrite;
}

/** Options of a sink's check. */
export interface CheckOptions extends CallOptions {
  /** Keyturn wrote these names there before, so that what is there need not be read again. */
  readonly known?: boolean;
}

/** Where a repository is fetched from. What its address says of users and passwords is left out. */
export interface GitRemote {
  /** In lower case. */
  readonly host: string;
  /** Without slashes around it and without `.git`: `acme/web`. */
  readonly path: string;
  /** It is a web address: where a server lives below a path, that path is in it. */
  readonly web: boolean;
}

/** What the host gives an adapter: everything outside that it may use. */
export interface AdapterContext {
  readonly env: Environment;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** The folder that relative paths start from: where the configuration is, or the working directory. */
  readonly directory: string;
  /** Safety checks that the user switched off, by name: `tracked-file`. */
  readonly allow: ReadonlySet<string>;
  /** Where git fetches `origin` from, in the checkout that `directory` is in. Absent where the host knows no git. */
  readonly gitRemote?: () => Promise<GitRemote | undefined>;
}
