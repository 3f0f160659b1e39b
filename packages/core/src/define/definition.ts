import type { AdapterContext, CallOptions, GitRemote } from '../contracts/runtime.ts';
import type { Credential, TokenIssuer } from '../contracts/issuer.ts';
import type { SecretSink, SinkSupports } from '../contracts/sink.ts';
import type { FieldNames, Layout } from '../layout/layout.ts';
import type { StateStore } from '../ledger/store.ts';
import type { CiSystem, IssuerAccount, LeakForm, PipelineCredential, ScopeOf } from './ci.ts';
import type { StandardSchema } from './schema.ts';
import type { Target } from './target.ts';

/** One place that a pattern may mean. */
export interface ListedPlace {
  /** As in a target: `acme/web`. */
  readonly path: string;
  /** Why nothing can be delivered to it: `it is archived`. */
  readonly skip?: string;
}

/** How the places of one kind are found by pattern. */
export interface SinkPatterns {
  /** Keys of the query that choose among what is listed, and that no target has: `topic`. */
  readonly filters: readonly string[];
  /**
   * Lists, over every page, at least the places that the pattern and its filters mean; what its path does not match is left out
   * afterwards.
   *
   * @throws {KeyturnError} `TARGET_INVALID` for a `*` where the platform cannot list; anything that a request may fail with.
   * A list that is not whole must fail.
   */
  readonly list: (
    pattern: Target,
    context: AdapterContext,
    options: CallOptions,
  ) => AsyncIterable<ListedPlace>;
}

/** What a target means by its path alone, without a request. */
export interface TargetPattern {
  /** It means any number of targets: there is a `*` in its path. */
  readonly isWild: boolean;
  /** It has a filter, so that only the platform knows what it means. */
  readonly isFiltered: boolean;
  readonly matches: (path: string) => boolean;
  /** The target that it means at a path: `github:acme/web?environment=production`. */
  readonly at: (path: string) => string;
}

/** The targets that a pattern means now. */
export interface Expansion {
  readonly targets: readonly string[];
  readonly skipped: readonly { readonly target: string; readonly reason: string }[];
}

/** A place that stores something under one of the names that were looked for. */
export interface FoundUsage {
  /** The place's canonical target: `github:acme/web?environment=production`. */
  readonly target: string;
  readonly name: string;
  /** When it was last written, ISO 8601, where the platform shows it. */
  readonly updatedAt?: string;
}

/** A place that was not looked at, and why: `it is archived`. */
export interface SkippedUsage {
  readonly skipped: string;
  readonly reason: string;
}

export type Usage = FoundUsage | SkippedUsage;

/**
 * Finds, over every page, the places of one kind that store something under a name that `isWanted`; values are neither kept nor
 * shown. Only names are compared, so that what is found may be somebody else's.
 *
 * @param scope where to look, such as `github:acme`; undefined for what git's remote, CI's variables or the working directory
 * mean. Nothing is found where they mean nothing.
 * @throws {KeyturnError} `TARGET_INVALID` for a scope that the kind does not know, and what concerns every place: `AUTH_DENIED`,
 * `CREDENTIALS_MISSING`, `RATE_LIMITED`, `NETWORK_FAILED`. One place that cannot be read is reported as skipped, and stops nothing: see {@link usagesOrSkip}.
 */
export type FindUsages = (
  scope: Target | undefined,
  isWanted: (name: string) => boolean,
  context: AdapterContext,
  options: CallOptions,
) => AsyncIterable<Usage>;

/** An environment variable that an adapter reads, for messages and docs. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
  /** Set if a pipeline has to fill it: from which secret, and what that must be. */
  readonly pipeline?: Pick<PipelineCredential, 'secret' | 'about'>;
}

interface Definition<Options, Opened> {
  /** The short name, as in the configuration: `github`. */
  readonly kind: string;
  readonly env?: readonly EnvironmentVariable[];
  /** How its secrets look, for `audit`. */
  readonly leaks?: readonly LeakForm[];
  /**
   * Makes the object, without a request and without needing credentials: what is wrong with those or with the network
   * shows in the first call, so that `status` and a filtered run need none.
   */
  readonly connect: (options: Options, context: AdapterContext) => Opened | Promise<Opened>;
}

/** What the author of a sink writes. */
export interface SinkDefinition<Options> extends Definition<Options, SinkBackend> {
  /**
   * Turns a target into what {@link Definition.connect} takes; with `options`, into the input of that schema.
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
  /** How places are found by pattern. Without it a `*` in a path is a character like others. */
  readonly patterns?: SinkPatterns;
  /** Finds the places that store something under given names. Without it `discover` cannot look there. */
  readonly usages?: FindUsages;
  /** Tells whether a branch at that remote is protected. Without it nobody can tell. */
  readonly protection?: ReadProtection;
}
type Optional = 'supports' | 'limits' | 'check' | 'confirm';
/** What `connect` makes. Only `id` and `deliver` are needed; what is left out promises nothing. */
export interface SinkBackend
  extends
    Omit<SecretSink, 'specVersion' | 'kind' | 'slots' | Optional>,
    Partial<Pick<SecretSink, 'limits' | 'check' | 'confirm'>> {
  /** @default nothing is shown of a value, jobs may read a torn pair, and `remove` works if it is there */
  readonly supports?: Partial<SinkSupports>;
  slots?(variable: string): SinkBackend;
}

/** The secret names that each layout fills by default. */
export interface DefaultNames {
  readonly pair: FieldNames;
  readonly joined: string;
  readonly file: string;
  /** The variable of the layout `slots`, whose secrets have the names of `pair`. */
  readonly slot: string;
  /** How else its credentials are commonly stored, to be recognised where they are. */
  readonly others?: readonly Layout[];
  /** Patterns of names that credentials may stand under, such as `PSCALE_*`. */
  readonly patterns?: readonly string[];
}

/** What the author of an issuer writes. */
export interface IssuerDefinition<Options> extends Definition<Options, IssuerBackend> {
  readonly options: StandardSchema<Options>;
  readonly names: DefaultNames;
  /** Checks one permission of a list in the configuration; its message says what is wrong with it. Without it, any text without blanks is one. */
  readonly permission?: StandardSchema<string>;
  /** How a person names the account, if there is one to name. */
  readonly account?: IssuerAccount;
}
export interface IssuerBackend extends Omit<TokenIssuer, 'specVersion' | 'kind' | 'actAs'> {
  actAs?(credential: Credential): IssuerBackend;
}

/** What the author of a store writes. `options` checks the location, as text. */
export interface StoreDefinition<Options> extends Definition<Options, StoreBackend> {
  readonly options: StandardSchema<Options>;
}
export type StoreBackend = Omit<StateStore, 'specVersion' | 'kind'>;

interface Adapter {
  readonly specVersion: 1;
  readonly kind: string;
  readonly env: readonly EnvironmentVariable[];
  /** Adapters of before have none. */
  readonly leaks?: readonly LeakForm[];
}
/** Whether only those whom the settings name can push to a branch; undefined if it is another platform's, or not shown. Reads only. */
export type ReadProtection = (
  remote: GitRemote,
  branch: string,
  context: AdapterContext,
  options: CallOptions,
) => Promise<'protected' | 'open' | undefined>;

/** What a sink's package exports by default. */
export interface SinkAdapter extends Adapter {
  readonly role: 'sink';
  /** @throws {KeyturnError} `TARGET_INVALID`, `CONFIG_INVALID` */
  open(target: string, context: AdapterContext): Promise<SecretSink>;
  infer(context: AdapterContext): Promise<string | undefined>;
  /**
   * Reads a target that may be a pattern, without a request; undefined where the kind knows no patterns.
   *
   * @throws {KeyturnError} `TARGET_INVALID`
   */
  pattern(target: string): TargetPattern | undefined;
  /**
   * Asks the platform which targets a pattern means now; undefined where it is none.
   *
   * @throws {KeyturnError} `TARGET_INVALID`, and what a request may fail with
   */
  expand(
    target: string,
    context: AdapterContext,
    options: CallOptions,
  ): Promise<Expansion | undefined>;
  /**
   * Finds the places that store something under names that match one of the patterns; undefined where the kind cannot look.
   *
   * @throws {KeyturnError} `TARGET_INVALID` for the scope; while it is read, see {@link FindUsages}
   */
  usages(
    scope: string | undefined,
    names: readonly string[],
    context: AdapterContext,
    options: CallOptions,
  ): AsyncIterable<Usage> | undefined;
  /** See {@link ReadProtection}; undefined also for a kind that cannot tell. Adapters of before have none. */
  readonly protection?: ReadProtection;
  readonly ci?: CiSystem;
  readonly scopeOf?: ScopeOf;
}
/** What an issuer's package exports by default. */
export interface IssuerAdapter extends Adapter {
  readonly role: 'issuer';
  readonly names: DefaultNames;
  readonly permission?: StandardSchema<string>;
  readonly account?: IssuerAccount;
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(options: unknown, context: AdapterContext): Promise<TokenIssuer>;
}
/** What a store's package exports by default. */
export interface StoreAdapter extends Adapter {
  readonly role: 'store';
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(location: unknown, context: AdapterContext): Promise<StateStore>;
}
