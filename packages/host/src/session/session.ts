import {
  type AdapterContext,
  type CallOptions,
  type Expansion,
  type GitRemote,
  type IssuerAdapter,
  parseTarget,
  type SecretSink,
  type SinkAdapter,
  type TargetPattern,
  type TokenIssuer,
  type Usage,
} from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import type { Adapters } from '../adapters/load.ts';
import { isModulePath, parseModuleTarget } from '../adapters/target-module.ts';
import { hasAddress, type Configured } from './addresses.ts';
import { ChosenAdapters, type Purpose } from './chosen.ts';
import { Connections, type Counted, type Patience, type RequestListener } from './connections.ts';
import { originOf } from './git.ts';
import type { Location } from './location.ts';
import { requestText } from './log.ts';
import { Stores } from './stores.ts';
import { untrusted } from '../messages.ts';
import type { Surroundings } from '../surroundings.ts';

/** Exported here, so that both end up in one file of the built program. */
export { mayBeOfModule, standsInFor } from './chosen.ts';

export interface SessionOptions {
  /** Names of safety checks that are turned off. */
  readonly allow?: Iterable<string> | undefined;
  /** Deadlines and retries of requests, if not the defaults. */
  readonly patience?: Patience;
  /** @default 'acts' */
  readonly purpose?: Purpose;
  /** Where the configuration keeps the ledgers. */
  readonly state?: Location | undefined;
}

/** What one command opens: adapters, their connections and the store. */
export class Session {
  readonly surroundings: Surroundings;
  /** Relative paths start in this folder. */
  readonly directory: string;
  readonly adapters: Adapters;
  readonly #allow: ReadonlySet<string>;
  readonly #connections: Connections;
  readonly #purpose: Purpose;
  readonly chosen: ChosenAdapters;
  readonly #stores: Stores;
  #origin: Promise<GitRemote | undefined> | undefined;

  constructor(
    surroundings: Surroundings,
    directory: string,
    { allow = [], patience = {}, purpose = 'acts', state }: SessionOptions = {},
  ) {
    this.surroundings = surroundings;
    this.#purpose = purpose;
    this.#connections = new Connections(surroundings, patience);
    this.directory = directory;
    this.chosen = new ChosenAdapters(surroundings, directory, purpose);
    this.adapters = this.chosen.loaded;
    this.#allow = new Set(allow);
    this.#stores = new Stores(this, state, this.#context({ kind: 'store' }));
    const { trace } = surroundings;
    if (trace !== undefined)
      this.onRequest((_, observation) => trace('request', requestText(observation)));
  }

  async issuer(kind: string, options: unknown): Promise<TokenIssuer> {
    await this.refuseHosts({ issuer: kind, options });
    const adapter = await this.issuerAdapter(kind);
    return this.chosen.noteIssuer(await adapter.open(options, this.#context(adapter)), kind);
  }

  /** @throws {KeyturnError} `CONFIG_INVALID` for a host that only the configuration names. Targets of the command line need no consent */
  async refuseHosts(configured: Configured): Promise<void> {
    if (this.#purpose === 'reads' || !hasAddress(configured)) return;
    const { refuseUnnamed } = await import('./consent.ts');
    await refuseUnnamed(configured, this, this.#context({ kind: '' }));
  }

  /** Opens `KIND:PATH`, or `MODULE:REST` for a module in the user's repository. */
  async sink(target: string): Promise<SecretSink> {
    const { adapter, text } = await this.#resolve(target);
    // Opening it runs nothing, but all other calls do.
    if (
      adapter.kind === 'exec' &&
      this.surroundings.isUntrusted === true &&
      this.#purpose === 'acts'
    )
      throw untrusted([target]);
    const sink = await adapter.open(text, this.#context(adapter));
    return this.chosen.noteSink(sink, kindOf(target), target);
  }

  /** A target as a pattern, without a request; undefined if its kind has no patterns. */
  async pattern(target: string): Promise<TargetPattern | undefined> {
    const { adapter, text } = await this.#resolve(target);
    return adapter.pattern(text);
  }

  /** Asks the platform what a pattern matches now; a target matches itself. */
  async expand(target: string): Promise<Expansion> {
    const { adapter, text } = await this.#resolve(target);
    const { signal } = this.surroundings;
    const expansion = await adapter.expand(text, this.#context(adapter), { signal });
    return expansion ?? { targets: [text], skipped: [] };
  }

  async #resolve(target: string): Promise<{ adapter: SinkAdapter; text: string }> {
    const adapter = await this.sinkAdapter(kindOf(target));
    const rest = parseModuleTarget(target)?.rest;
    return { adapter, text: rest === undefined ? target : `${adapter.kind}:${rest}` };
  }

  /** Whether a branch of `origin` is protected on the platform of this kind; undefined if that is unknown. */
  async protection(
    kind: string,
    branch: string,
    options: CallOptions,
  ): Promise<'protected' | 'open' | undefined> {
    const adapter = await this.sinkAdapter(kind);
    const context = this.#context(adapter);
    const remote = await context.gitRemote?.();
    return remote && adapter.protection?.(remote, branch, context, options);
  }

  /** Infers the target from a kind, or the path of a module; undefined if that is not possible. */
  async infer(kind: string): Promise<string | undefined> {
    const adapter = await this.sinkAdapter(kind);
    return adapter.infer(this.#context(adapter));
  }

  /** The scope around a target in which to search for secrets. @default the first part of its path */
  async scopeOf(target: string): Promise<string> {
    const { adapter, text } = await this.#resolve(target);
    const parsed = parseTarget(text);
    return adapter.scopeOf?.(parsed) ?? `${parsed.kind}:${parsed.path.split('/', 1)[0] ?? ''}`;
  }

  /** Finds where secrets of these names are stored, in a scope (`github:acme`) or in what a kind infers; undefined if the kind cannot search. */
  async usages(scope: string, names: readonly string[]): Promise<AsyncIterable<Usage> | undefined> {
    const { adapter, text } = await this.#resolve(scope);
    const { signal } = this.surroundings;
    const place = scope.includes(':') ? text : undefined;
    return adapter.usages(place, names, this.#context(adapter), { signal });
  }

  /** Imports the modules among the targets, so that sinks can be opened by their ids, too. */
  async useModules(targets: readonly string[]): Promise<void> {
    await Promise.all(
      targets
        .map(kindOf)
        .filter(isModulePath)
        .map((path) => this.sinkAdapter(path)),
    );
  }

  /** The kind of a kind or of the path of a module. */
  async kind(text: string): Promise<string> {
    return isModulePath(text) ? (await this.sinkAdapter(text)).kind : text;
  }

  sinkAdapter(kind: string): Promise<SinkAdapter> {
    return this.chosen.sink(kind);
  }

  issuerAdapter(kind: string): Promise<IssuerAdapter> {
    return this.chosen.issuer(kind);
  }

  /** See {@link Stores.open}. If programs can share rate limits by their store, this one does. */
  async store(location?: Location): Promise<StateStore> {
    const store = await this.#stores.open(location);
    this.#connections.shareBy(store);
    return store;
  }

  /** The same, without signatures. */
  plainStore(): Promise<StateStore> {
    return this.#stores.openPlain();
  }

  /** Where the store is: the path of a folder, or an address without users, passwords and queries. */
  get location(): string {
    return this.#stores.shown;
  }

  async close(): Promise<void> {
    await this.#stores.close();
    await this.#connections.close();
  }

  #context({ kind, rates }: Pick<SinkAdapter, 'kind' | 'rates'>): AdapterContext {
    const { env, clock, random } = this.surroundings;
    return {
      env,
      clock,
      random,
      directory: this.directory,
      allow: this.#allow,
      fetch: this.#connections.fetchFor(kind, rates),
      gitRemote: () => (this.#origin ??= originOf(this.directory, env)),
    };
  }

  /**
   * Calls the listener for every request from now on, after its response. `--debug` prints their paths, so a request whose path is
   * secret, such as a webhook, must not be made through a session.
   */
  onRequest(listener: RequestListener): void {
    this.#connections.onRequest(listener);
  }

  /** The number of requests, by the kind of the adapter. */
  get requests(): ReadonlyMap<string, number> {
    return this.#connections.requests;
  }

  /** See {@link Connections.counting}. */
  counting<Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Counted<Result>> {
    return this.#connections.counting(isAlone, work);
  }

  /** The number of requests since `before`, a copy of {@link requests}, by kind. */
  requestsSince(before: ReadonlyMap<string, number>): Record<string, number> {
    return this.#connections.requestsSince(before);
  }
}

/** The kind, or the path of a module, at the start of a target; the whole text if it has no colon. */
export function kindOf(target: string): string {
  const module = parseModuleTarget(target)?.module;
  if (module !== undefined) return module;
  const at = target.indexOf(':');
  return at < 0 ? target : target.slice(0, at);
}
