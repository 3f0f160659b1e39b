import { AsyncLocalStorage } from 'node:async_hooks';

import type { Fetch, RateLimits, SharedBudget } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import type { HttpFetch, HttpOptions, Lanes, Observation } from '@keyturn/http';
import type { Surroundings } from '../surroundings.ts';

export type Patience = Pick<HttpOptions, 'deadlines' | 'retries' | 'maxWaitMs'>;

/** Called for every try of every request, with the kind of the adapter that made it. */
export type RequestListener = (kind: string, observation: Observation) => void;

/** What work gave, and the requests that it took, by kind. */
export interface Counted<Result> {
  readonly result: Result;
  readonly spent: Readonly<Record<string, number>>;
  /** When each of them began and ended, unless the work was alone. */
  readonly trips: readonly Trip[];
}

/** A request on its way, in milliseconds of the clock. */
export interface Trip {
  readonly from: number;
  readonly to: number;
}

interface Counts {
  readonly byKind: Map<string, number>;
  readonly trips: Trip[];
}

/** Hosts of the user's own servers that limit requests as those of the platform do. */
const LIMITED_HOSTS = 'KEYTURN_LIMITED_HOSTS';

/** The connections of one command's adapters. Requests are counted by the kind of the adapter that made them. */
export class Connections {
  readonly requests = new Map<string, number>();
  readonly #surroundings: Pick<Surroundings, 'env' | 'clock' | 'random'>;
  readonly #patience: Patience;
  readonly #fetches = new Map<string, Fetch>();
  readonly #open: HttpFetch[] = [];
  #lanes: Lanes | undefined;
  #budget: SharedBudget | undefined;
  readonly #listeners: RequestListener[] = [];
  readonly #counted = new AsyncLocalStorage<Counts>();

  constructor(surroundings: Pick<Surroundings, 'env' | 'clock' | 'random'>, patience: Patience) {
    this.#surroundings = surroundings;
    this.#patience = patience;
  }

  /** One for all adapters of a kind, to share connections; all share the rate limits of a host. HTTP is loaded with the first request. */
  fetchFor(kind: string, rates?: RateLimits): Fetch {
    const known = this.#fetches.get(kind);
    if (known !== undefined) return known;
    let made: Promise<HttpFetch> | undefined;
    const fetch: Fetch = async (url, init) => {
      made ??= this.#makeFetch(kind, rates);
      return (await made)(url, init);
    };
    this.#fetches.set(kind, fetch);
    return fetch;
  }

  /** From now on, rate limits are shared with other programs, if they can be by this store. */
  shareBy(store: StateStore): void {
    const take = store.take?.bind(store);
    if (this.#budget !== undefined || take === undefined) return;
    this.#budget = { take };
    this.#lanes?.share(this.#budget);
  }

  onRequest(listener: RequestListener): void {
    this.#listeners.push(listener);
  }

  /**
   * Does the work, and counts the requests that it makes by kind. While other work makes requests through the same fetch, each is attributed to its
   * own, which costs time for each: so `isAlone` says that there is none.
   */
  async counting<Result>(isAlone: boolean, work: () => Promise<Result>): Promise<Counted<Result>> {
    if (isAlone) {
      const before = new Map(this.requests);
      return { result: await work(), spent: this.requestsSince(before), trips: [] };
    }
    const counts: Counts = { byKind: new Map(), trips: [] };
    const result = await this.#counted.run(counts, work);
    return { result, spent: Object.fromEntries(counts.byKind), trips: counts.trips };
  }

  /** The number of requests since `before`, a copy of `requests`, by kind. */
  requestsSince(before: ReadonlyMap<string, number>): Record<string, number> {
    const spent = [...this.requests].map(
      ([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const,
    );
    return Object.fromEntries(spent.filter(([, count]) => count > 0));
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((fetch) => fetch.close()));
  }

  async #makeFetch(kind: string, rates: RateLimits | undefined): Promise<HttpFetch> {
    const { env, clock, random } = this.#surroundings;
    const { createFetch, Lanes } = await import('@keyturn/http');
    const limitedHosts = (env[LIMITED_HOSTS] ?? '').split(',').map((one) => one.trim());
    const lanes = (this.#lanes ??= new Lanes({ clock, limitedHosts }));
    if (this.#budget !== undefined) lanes.share(this.#budget);
    const fetch = createFetch({
      env,
      clock,
      random,
      userAgent: 'keyturn',
      ...this.#patience,
      lanes,
      ...(rates !== undefined && { rates }),
      observe: (observation) => {
        countIn(this.requests, kind);
        const own = this.#counted.getStore();
        countIn(own?.byKind, kind);
        const to = clock.now();
        own?.trips.push({ from: to - observation.milliseconds, to });
        for (const listener of this.#listeners) listener(kind, observation);
      },
    });
    this.#open.push(fetch);
    return fetch;
  }
}

function countIn(counts: Map<string, number> | undefined, kind: string): void {
  counts?.set(kind, (counts.get(kind) ?? 0) + 1);
}
