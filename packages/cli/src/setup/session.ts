import { resolve } from 'node:path';

import {
  type AdapterContext,
  type Expansion,
  type Fetch,
  type GitRemote,
  type IssuerAdapter,
  KeyturnError,
  type SecretSink,
  type SinkAdapter,
  type StateStore,
  type TargetPattern,
  type TokenIssuer,
  type Usage,
} from '@keyturn/core';
import type { HttpFetch, HttpOptions, Observation } from '@keyturn/http';

import { untrusted } from '../adapters/code.ts';
import type { Adapters } from '../adapters/load.ts';
import { isModulePath, parseModuleTarget } from '../adapters/target-module.ts';
import type { Host } from '../host.ts';
import { hasAddress, type Configured } from './addresses.ts';
import { ChosenAdapters, type Purpose } from './chosen.ts';
import { originOf } from './git.ts';
import { notYet, storeKindOf } from './location.ts';
import { loggedStore, requestText } from './log.ts';

const STATE = 'KEYTURN_STATE';

type Patience = Pick<HttpOptions, 'deadlines' | 'retries' | 'maxWaitMs'>;

/** Here, so that both are one file of the built program. */
export { mayBeOfModule, standsInFor } from './chosen.ts';

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
  readonly #purpose: Purpose;
  readonly chosen: ChosenAdapters;
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
    purpose: Purpose = 'acts',
  ) {
    this.host = host;
    this.#purpose = purpose;
    this.#patience = patience;
    this.directory = directory;
    this.chosen = new ChosenAdapters(host, directory, purpose);
    this.adapters = this.chosen.loaded;
    this.#allow = allow;
    if (host.verbosity === 'debug')
      this.onRequest((_, observation) => host.log('debug', 'request', requestText(observation)));
  }

  async issuer(kind: string, options: unknown): Promise<TokenIssuer> {
    await this.refuseHosts({ issuer: kind, options });
    const adapter = await this.issuerAdapter(kind);
    return this.chosen.noteIssuer(await adapter.open(options, this.#context(kind)), kind);
  }

  /** @throws {KeyturnError} `CONFIG_INVALID` for a host that only the configuration names. Targets of the command line need no consent */
  async refuseHosts(configured: Configured): Promise<void> {
    if (this.#purpose === 'reads' || !hasAddress(configured)) return;
    const { refuseUnnamed } = await import('./consent.ts');
    await refuseUnnamed(configured, this, this.#context(''));
  }

  /** Opens `KIND:PATH`, or `MODULE:REST` for a module in the user's repository. */
  async sink(target: string): Promise<SecretSink> {
    const { adapter, text } = await this.#resolve(target);
    // To open it runs nothing, but all else does.
    if (adapter.kind === 'exec' && this.host.isUntrusted === true && this.#purpose === 'acts')
      throw untrusted([target]);
    const sink = await adapter.open(text, this.#context(adapter.kind));
    return this.chosen.noteSink(sink, kindOf(target), target);
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

  sinkAdapter(kind: string): Promise<SinkAdapter> {
    return this.chosen.sink(kind);
  }

  issuerAdapter(kind: string): Promise<IssuerAdapter> {
    return this.chosen.issuer(kind);
  }

  /**
   * The store that `KEYTURN_STATE` names: a folder, or a URL whose scheme is the store's kind; `.keyturn` where it is not set.
   *
   * @throws {KeyturnError} `CONFIG_INVALID`
   */
  async store(): Promise<StateStore> {
    const given = this.host.env[STATE];
    const kind = given === undefined ? 'file' : storeKindOf(given, STATE);
    const adapter = await this.adapters.load('store', kind).catch((error: unknown) => {
      throw KeyturnError.is(error) && error.code === 'ADAPTER_NOT_FOUND'
        ? notYet(kind, STATE)
        : error;
    });
    const location = given ?? resolve(this.directory, '.keyturn');
    return loggedStore(await adapter.open(location, this.#context('store')), this.host);
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
