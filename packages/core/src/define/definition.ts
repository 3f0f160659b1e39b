import type { AdapterContext, CallOptions, GitRemote } from '../contracts/runtime.ts';
import type { RateLimits } from '../contracts/rates.ts';
import type { SecretSink, SinkSupports } from '../contracts/sink.ts';
import type { StateStore } from '../ledger/store.ts';
import type { StoreBackend } from './store-backend.ts';
import type { CiSystem, LeakForm, PipelineCredential, ScopeOf } from './ci.ts';
import type { StandardSchema } from './schema.ts';
import type { Target } from '../contracts/target.ts';

/** A place that a pattern might match. */
export interface ListedPlace {
  /** The path, as in a target: `acme/web`. */
  readonly path: string;
  /** Why nothing can be delivered to it: `it is archived`. */
  readonly skip?: string;
}

/** How the places of a kind are found by pattern. */
export interface SinkPatterns {
  /** Keys of the query that filter the list, and that targets do not have: `topic`. */
  readonly filters: readonly string[];
  /**
   * Lists at least the places that match the pattern and its filters, from all pages. Places whose path does not match are
   * removed afterwards.
   *
   * @throws {KeyturnError} `TARGET_INVALID` for a `*` that the platform cannot list, and the errors of requests. Must fail
   * instead of returning an incomplete list.
   */
  readonly list: (
    pattern: Target,
    context: AdapterContext,
    options: CallOptions,
  ) => AsyncIterable<ListedPlace>;
}

/** What a target matches by its path, without a request. */
export interface TargetPattern {
  /** Whether it can match any number of targets: its path contains a `*`. */
  readonly isWild: boolean;
  /** Whether it has a filter, so that only the platform knows what it matches. */
  readonly isFiltered: boolean;
  readonly matches: (path: string) => boolean;
  /** Returns the target for a path: `github:acme/web?environment=production`. */
  readonly at: (path: string) => string;
}

/** The targets that a pattern matches now. */
export interface Expansion {
  readonly targets: readonly string[];
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
}

/** A place that stores something under one of the names. */
export interface FoundUsage {
  /** The canonical target of the place: `github:acme/web?environment=production`. */
  readonly target: string;
  readonly name: string;
  /** When it was last written, ISO 8601, if the platform shows it. */
  readonly updatedAt?: string;
}

/** A place that was not searched, and why: `it is archived`. */
export interface SkippedUsage {
  readonly skipped: string;
  readonly reason: string;
}

export type Usage = FoundUsage | SkippedUsage;

/**
 * Finds the places of a kind that store something under a name that `isWanted`, from all pages. Values are neither stored nor
 * returned. Only names are compared, so a result can belong to somebody else.
 *
 * @param scope where to search, such as `github:acme`; undefined to infer it from the git remote, the variables of CI or the
 * working directory. If nothing can be inferred, nothing is found.
 * @throws {KeyturnError} `TARGET_INVALID` for an unsupported scope, and errors that concern all places: `AUTH_DENIED`,
 * `CREDENTIALS_MISSING`, `RATE_LIMITED`, `NETWORK_FAILED`. A place that cannot be read is only skipped: see {@link usagesOrSkip}.
 */
export type FindUsages = (
  scope: Target | undefined,
  isWanted: (name: string) => boolean,
  context: AdapterContext,
  options: CallOptions,
) => AsyncIterable<Usage>;

/** An environment variable that an adapter reads. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  /** Present if a pipeline must set it: the secret of the pipeline, and what that must be. */
  readonly pipeline?: Pick<PipelineCredential, 'secret' | 'about'>;
}

/** What the definitions of all adapters have. */
export interface Definition<Options, Opened> {
  /** The kind, as in the configuration: `github`. */
  readonly kind: string;
  readonly env?: readonly EnvironmentVariable[];
  /** The form of its secrets, for `audit`. */
  readonly leaks?: readonly LeakForm[];
  /** The platform's rate limits, with the source of each. Without it, they are taken from its answers. */
  readonly rates?: RateLimits;
  /**
   * Creates the object. Makes no request, and does not fail without credentials: those are needed by the first call, so that
   * `status` and filtered runs work without them.
   */
  readonly connect: (options: Options, context: AdapterContext) => Opened | Promise<Opened>;
}

/** The definition of a sink, written by its author. */
export interface SinkDefinition<Options> extends Definition<Options, SinkBackend> {
  /**
   * Turns a target into what `connect` takes; with `options`, into the input of that schema.
   *
   * @throws {KeyturnError} `TARGET_INVALID`
   */
  readonly parseTarget: (target: Target) => unknown;
  /** Checks what `parseTarget` gives. Without it that is taken as it is. */
  readonly options?: StandardSchema<Options>;
  /** The CI system of the platform, if it has one. */
  readonly ci?: CiSystem;
  /** Where to look for secrets beside a target. Without it, in the first part of its path. */
  readonly scopeOf?: ScopeOf;
  /** Finds the target that is meant when only the kind is given, from CI's variables or the git remote. */
  readonly infer?: (context: AdapterContext) => Promise<string | undefined>;
  /** How places are found by pattern. Without it, a `*` in a path is an ordinary character. */
  readonly patterns?: SinkPatterns;
  /** Finds the places that store something under given names. Without it, `discover` does not support the kind. */
  readonly usages?: FindUsages;
  /** Returns whether a branch of a remote is protected. Without it, this is unknown. */
  readonly protection?: ReadProtection;
}
type Optional = 'supports' | 'limits' | 'check' | 'confirm';
/** The result of `connect`. Only `id` and `deliver` are required; without the rest, nothing is promised. */
export interface SinkBackend
  extends
    Omit<SecretSink, 'specVersion' | 'kind' | 'slots' | Optional>,
    Partial<Pick<SecretSink, 'limits' | 'check' | 'confirm'>> {
  /** @default values are not shown, deliveries are not atomic, and `remove` works if it is present */
  readonly supports?: Partial<SinkSupports>;
  slots?(variable: string): SinkBackend;
}

/** What the author of a store writes. `options` checks the location, as text. */
export interface StoreDefinition<Options> extends Definition<Options, StoreBackend> {
  readonly options: StandardSchema<Options>;
  /** The hosts that get credentials for a location, with their ports. Without it, the host of its address. */
  readonly hosts?: (location: string) => readonly string[];
}

/** What all adapters have. */
export interface Adapter {
  readonly specVersion: 1;
  readonly kind: string;
  readonly env: readonly EnvironmentVariable[];
  /** Absent in older adapters. */
  readonly leaks?: readonly LeakForm[];
  readonly rates?: RateLimits;
}
/** Returns whether only specific users can push to a branch; undefined if the remote is on another platform, or this is not visible. Reads only. */
export type ReadProtection = (
  remote: GitRemote,
  branch: string,
  context: AdapterContext,
  options: CallOptions,
) => Promise<'protected' | 'open' | undefined>;

/** The default export of a sink's package. */
export interface SinkAdapter extends Adapter {
  readonly role: 'sink';
  /** @throws {KeyturnError} `TARGET_INVALID`, `CONFIG_INVALID` */
  open(target: string, context: AdapterContext): Promise<SecretSink>;
  infer(context: AdapterContext): Promise<string | undefined>;
  /**
   * Parses a target that can be a pattern, without a request; undefined if the kind does not support patterns.
   *
   * @throws {KeyturnError} `TARGET_INVALID`
   */
  pattern(target: string): TargetPattern | undefined;
  /**
   * Asks the platform which targets a pattern matches now; undefined if it is not a pattern.
   *
   * @throws {KeyturnError} `TARGET_INVALID`, and the errors of requests
   */
  expand(
    target: string,
    context: AdapterContext,
    options: CallOptions,
  ): Promise<Expansion | undefined>;
  /**
   * Finds the places that store something under a name that matches one of the patterns; undefined if the kind does not
   * support this.
   *
   * @throws {KeyturnError} `TARGET_INVALID` for the scope; for errors while reading, see {@link FindUsages}
   */
  usages(
    scope: string | undefined,
    names: readonly string[],
    context: AdapterContext,
    options: CallOptions,
  ): AsyncIterable<Usage> | undefined;
  /** See {@link ReadProtection}; also undefined if the kind does not support this. Absent in older adapters. */
  readonly protection?: ReadProtection;
  readonly ci?: CiSystem;
  readonly scopeOf?: ScopeOf;
}
/** The default export of a store's package. */
export interface StoreAdapter extends Adapter {
  readonly role: 'store';
  readonly hosts?: (location: string) => readonly string[];
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(location: unknown, context: AdapterContext): Promise<StateStore>;
}
