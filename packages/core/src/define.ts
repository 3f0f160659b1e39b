import { guarded, guardIssuer, guardSink, guardStore, translate } from './guard.ts';
import type { Credential, TokenIssuer } from './issuer.ts';
import { remember } from './known.ts';
import type { GitRemote } from './git-remote.ts';
import type { FieldNames, Layout } from './layout.ts';
import {
  expandPattern,
  readPattern,
  type Expansion,
  type SinkPatterns,
  type TargetPattern,
} from './pattern.ts';
import type { AdapterContext, CallOptions } from './runtime.ts';
import { validate, type StandardSchema } from './schema.ts';
import type { SecretSink } from './sink.ts';
import type { StateStore } from './store.ts';
import { parseTarget, type Target } from './target.ts';
import { usagesOf, type FindUsages, type Usage } from './usages.ts';

/** An environment variable that an adapter reads, for messages and docs. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly description: string;
  readonly secret: boolean;
}

interface Definition<Options, Opened> {
  /** The short name, as in the configuration: `github`. */
  readonly kind: string;
  readonly options: StandardSchema<Options>;
  readonly env: readonly EnvironmentVariable[];
  /**
   * Makes the object, without a request and without needing credentials: what is wrong with those or with the network
   * shows in the first call, so that `status` and a filtered run need none.
   */
  readonly connect: (options: Options, context: AdapterContext) => Opened | Promise<Opened>;
}

/** What the author of a sink writes. */
export interface SinkDefinition<Options> extends Definition<Options, SinkBackend> {
  /** Turns a target into the input of `options`. */
  readonly parseTarget: (target: Target) => unknown;
  /** Finds the target that is meant when only the kind is given, from CI's variables or the git remote. */
  readonly infer?: (context: AdapterContext) => Promise<string | undefined>;
  /** How places are found by pattern. Without it a `*` in a path is a character like others. */
  readonly patterns?: SinkPatterns;
  /** Finds the places that store something under given names. Without it `discover` cannot look there. */
  readonly usages?: FindUsages;
  /** Tells whether a branch at that remote is protected. Without it nobody can tell. */
  readonly protection?: ReadProtection;
}
export interface SinkBackend extends Omit<SecretSink, 'specVersion' | 'kind' | 'slots'> {
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
  readonly names: DefaultNames;
}
export interface IssuerBackend extends Omit<TokenIssuer, 'specVersion' | 'kind' | 'actAs'> {
  actAs?(credential: Credential): IssuerBackend;
}

/** What the author of a store writes. `options` checks the location, as text. */
export type StoreDefinition<Options> = Definition<Options, StoreBackend>;
export type StoreBackend = Omit<StateStore, 'specVersion' | 'kind'>;

interface Adapter {
  readonly specVersion: 1;
  readonly kind: string;
  readonly env: readonly EnvironmentVariable[];
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
}
/** What an issuer's package exports by default. */
export interface IssuerAdapter extends Adapter {
  readonly role: 'issuer';
  readonly names: DefaultNames;
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(options: unknown, context: AdapterContext): Promise<TokenIssuer>;
}
/** What a store's package exports by default. */
export interface StoreAdapter extends Adapter {
  readonly role: 'store';
  /** @throws {KeyturnError} `CONFIG_INVALID` */
  open(location: unknown, context: AdapterContext): Promise<StateStore>;
}

/** What an adapter may act with is blanked from now on in all that is printed. */
function rememberSecrets(variables: readonly EnvironmentVariable[], { env }: AdapterContext): void {
  for (const { name, secret } of variables) {
    const value = env[name]?.trim() ?? '';
    // A reference that nobody has put in is none.
    if (secret && !value.startsWith('$')) remember(value);
  }
}

/** Turns a backend into a sink: arguments are checked once here, so that adapters get clean input. */
export function defineSink<Options>(definition: SinkDefinition<Options>): SinkAdapter {
  const { kind, env } = definition;
  return {
    specVersion: 1,
    role: 'sink',
    kind,
    env,
    infer: (context) => {
      rememberSecrets(env, context);
      return guarded(kind, 'infer', () => definition.infer?.(context));
    },
    pattern(text) {
      try {
        return readPattern(definition, text);
      } catch (error) {
        throw translate(text, 'pattern', error);
      }
    },
    expand: (text, context, options) => {
      rememberSecrets(env, context);
      return guarded(text, 'expand', () => expandPattern(definition, text, context, options));
    },
    protection: (remote, branch, context, options) => {
      rememberSecrets(env, context);
      return guarded(kind, 'protection', async () =>
        definition.protection?.(remote, branch, context, options),
      );
    },
    usages: (scope, names, context, options) => {
      rememberSecrets(env, context);
      return usagesOf(definition, scope, names, context, options);
    },
    open: (text, context) =>
      guarded(text, 'open', async () => {
        rememberSecrets(env, context);
        const target = parseTarget(text);
        const options = await validate(definition.options, definition.parseTarget(target), text);
        return guardSink(kind, await definition.connect(options, context));
      }),
  };
}

/** Turns a backend into an issuer. */
export function defineIssuer<Options>(definition: IssuerDefinition<Options>): IssuerAdapter {
  const { kind, env, names } = definition;
  return {
    specVersion: 1,
    role: 'issuer',
    kind,
    env,
    names,
    open: (input, context) =>
      guarded(`issuer ${kind}`, 'open', async () => {
        rememberSecrets(env, context);
        const options = await validate(definition.options, input, `issuer ${kind}`);
        return guardIssuer(kind, await definition.connect(options, context));
      }),
  };
}

/** Turns a backend into a store. */
export function defineStore<Options>(definition: StoreDefinition<Options>): StoreAdapter {
  const { kind, env } = definition;
  return {
    specVersion: 1,
    role: 'store',
    kind,
    env,
    open: (location, context) =>
      guarded(`store ${kind}`, 'open', async () => {
        rememberSecrets(env, context);
        const options = await validate(definition.options, location, `store ${kind}`);
        return guardStore(kind, await definition.connect(options, context));
      }),
  };
}
