import { resolve } from 'node:path';

import {
  type AdapterContext,
  type Expansion,
  type Fetch,
  type GitRemote,
  KeyturnError,
  type SecretSink,
  signedStore,
  type SinkAdapter,
  type StateStore,
  type TargetPattern,
  type TokenIssuer,
  type Usage,
} from '@keyturn/core';
import type { HttpFetch, HttpOptions, Observation } from '@keyturn/http';

import { Adapters } from '../adapters/load.ts';
import { isModulePath, parseModuleTarget } from '../adapters/target-module.ts';
import type { Host } from '../host.ts';
import { originOf } from './git.ts';
import { ledgerKey } from './ledger-key.ts';
import { notYet, storeKindOf } from './location.ts';
import { loggedStore, requestText } from './log.ts';
import { refuseForeignLedgers } from './owner.ts';

const STATE = 'KEYTURN_STATE';

type Patience = Pick<HttpOptions, 'deadlines' | 'retries' | 'maxWaitMs'>;

/** Told of every try of every request, with the kind of the adapter that made it. */
export type RequestListener = (kind: string, observation: Observation) => void;

/**
 * What one command opens: adapters, their connections and the store. Requests are counted by the kind of the
 * adapter that made them.
 */
export class Session {
  readonly host: Host;
  /** The folder that relative paths start from. */
  readonly directory: string;
  readonly adapters: Adapters;
  readonly requests = new Map<string, number>();
  readonly #allow: ReadonlySet<string>;
  readonly #patience: Patience;
  readonly #fetches = new Map<string, Fetch>();
  readonly #open: HttpFetch[] = [];
  #origin: Promise<GitRemote | undefined> | undefined;
  readonly #listeners: RequestListener[] = [];

  /** @param patience how long requests are waited for and repeated, where not as usual */
  constructor(
    host: Host,
    directory: string,
    allow: ReadonlySet<string> = new Set(),
    patience: Patience = {},
  ) {
    this.host = host;
    this.#patience = patience;
    this.directory = directory;
    this.adapters = new Adapters(directory, (text) => host.log('debug', 'adapter', text), host);
    this.#allow = allow;
    if (host.verbosity === 'debug')
      this.onRequest((_, observation) => host.log('debug', 'request', requestText(observation)));
  }

  async issuer(kind: string, options: unknown): Promise<TokenIssuer> {
    const adapter = await this.adapters.load('issuer', kind);
    return adapter.open(options, this.#context(kind));
  }

  /** Opens `KIND:PATH`, or `MODULE:REST` for a module in the user's repository. */
  async sink(target: string): Promise<SecretSink> {
    const { adapter, text } = await this.#resolve(target);
    return adapter.open(text, this.#context(adapter.kind));
  }

  /** What a target means as a pattern, without a request; undefined where its kind has none. */
  async pattern(target: string): Promise<TargetPattern | undefined> {
    const { adapter, text } = await this.#resolve(target);
    return adapter.pattern(text);
  }

  /** Asks the platform what a pattern means now; one that is none means itself. */
  async expand(target: string): Promise<Expansion> {
    const { adapter, text } = await this.#resolve(target);
    const { signal } = this.host;
    const expansion = await adapter.expand(text, this.#context(adapter.kind), { signal });
    return expansion ?? { targets: [text], skipped: [] };
  }

  async #resolve(target: string): Promise<{ adapter: SinkAdapter; text: string }> {
    const adapter = await this.sinkAdapter(kindOf(target));
    const rest = parseModuleTarget(target)?.rest;
    return { adapter, text: rest === undefined ? target : `${adapter.kind}:${rest}` };
  }

  /** The target that is meant by a kind, or the path of a module, alone; undefined where nothing tells. */
  async infer(kind: string): Promise<string | undefined> {
    const adapter = await this.sinkAdapter(kind);
    return adapter.infer(this.#context(adapter.kind));
  }

  /** Finds where secrets of these names are stored, in a scope (`github:acme`) or in what a kind alone infers; undefined where the kind cannot look. */
  async usages(scope: string, names: readonly string[]): Promise<AsyncIterable<Usage> | undefined> {
    const { adapter, text } = await this.#resolve(scope);
    const { signal } = this.host;
    const place = scope.includes(':') ? text : undefined;
    return adapter.usages(place, names, this.#context(adapter.kind), { signal });
  }

  /** Imports the modules among the targets, so that the ids of their sinks can be opened as well. */
  async useModules(targets: readonly string[]): Promise<void> {
    await Promise.all(
      targets
        .map(kindOf)
        .filter(isModulePath)
        .map((path) => this.sinkAdapter(path)),
    );
  }

  /** The kind that is meant by a kind or by the path of a module. */
  async kind(text: string): Promise<string> {
    return isModulePath(text) ? (await this.sinkAdapter(text)).kind : text;
  }

  /** The adapter of a kind, or of the path of a module. */
  sinkAdapter(kind: string): Promise<SinkAdapter> {
    return isModulePath(kind) ? this.adapters.loadModule(kind) : this.adapters.load('sink', kind);
  }

  /**
   * The store that `KEYTURN_STATE` names: a folder, or a URL whose scheme is the store's kind; `.keyturn` where it is not set. With
   * `KEYTURN_LEDGER_KEY` its ledgers have to be signed.
   *
   * @throws {KeyturnError} `CONFIG_INVALID`, `FILE_UNSAFE` for ledgers of another user
   */
  async store(): Promise<StateStore> {
    const key = ledgerKey(this.host.env);
    const store = await this.plainStore();
    return loggedStore(key === undefined ? store : signedStore(store, key), this.host);
  }

  /** The same, with ledgers that are not signed. */
  async plainStore(): Promise<StateStore> {
    const given = this.host.env[STATE];
    const kind = given === undefined ? 'file' : storeKindOf(given, STATE);
    const adapter = await this.adapters.load('store', kind).catch((error: unknown) => {
      throw KeyturnError.is(error) && error.code === 'ADAPTER_NOT_FOUND'
        ? notYet(kind, STATE)
        : error;
    });
    if (kind === 'file') await refuseForeignLedgers(this.location, this.host);
    return adapter.open(given ?? this.location, this.#context('store'));
  }

  /** Where the store is: the path of a folder, or a URL. */
  get location(): string {
    const given = this.host.env[STATE];
    const isFolder = given === undefined || storeKindOf(given, STATE) === 'file';
    return isFolder ? resolve(this.directory, given ?? '.keyturn') : given;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((fetch) => fetch.close()));
  }

  #context(kind: string): AdapterContext {
    const { env, clock, random } = this.host;
    return {
      env,
      clock,
      random,
      directory: this.directory,
      allow: this.#allow,
      fetch: this.#fetchFor(kind),
      gitRemote: () => (this.#origin ??= originOf(this.directory, env)),
    };
  }

  /** One for all adapters of a kind, so that connections and rate budgets are shared. HTTP is loaded with the first request. */
  #fetchFor(kind: string): Fetch {
    const known = this.#fetches.get(kind);
    if (known !== undefined) return known;
    let made: Promise<HttpFetch> | undefined;
    const fetch: Fetch = async (url, init) => {
      made ??= this.#makeFetch(kind);
      return (await made)(url, init);
    };
    this.#fetches.set(kind, fetch);
    return fetch;
  }

  async #makeFetch(kind: string): Promise<HttpFetch> {
    const { env, clock, random } = this.host;
    const { createFetch } = await import('@keyturn/http');
    const fetch = createFetch({
      env,
      clock,
      random,
      userAgent: 'keyturn',
      ...this.#patience,
      observe: (observation) => {
        this.#count(kind);
        for (const listener of this.#listeners) listener(kind, observation);
      },
    });
    this.#open.push(fetch);
    return fetch;
  }

  /**
   * Tells of every request from now on, after its answer. With `--debug` their paths are printed: nothing whose path is a
   * secret, as that of a webhook is, may be asked through a session.
   */
  onRequest(listener: RequestListener): void {
    this.#listeners.push(listener);
  }

  /** How many requests were made since a copy of {@link requests} was taken, by kind. */
  requestsSince(before: ReadonlyMap<string, number>): Record<string, number> {
    const spent = [...this.requests].map(
      ([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const,
    );
    return Object.fromEntries(spent.filter(([, count]) => count > 0));
  }

  #count(kind: string): void {
    this.requests.set(kind, (this.requests.get(kind) ?? 0) + 1);
  }
}

/** The kind, or the path of a module, that a target begins with; the whole text where it has no colon. */
export function kindOf(target: string): string {
  const module = parseModuleTarget(target)?.module;
  if (module !== undefined) return module;
  const at = target.indexOf(':');
  return at < 0 ? target : target.slice(0, at);
}
