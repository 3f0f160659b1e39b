import { AsyncLocalStorage } from 'node:async_hooks';

import type { Fetch } from '@keyturn/core';
import type { HttpFetch, HttpOptions, Observation } from '@keyturn/http';
import type { Surroundings } from '../surroundings.ts';

export type Patience = Pick<HttpOptions, 'deadlines' | 'retries' | 'maxWaitMs'>;

/** Called for every try of every request, with the kind of the adapter that made it. */
export type RequestListener = (kind: string, observation: Observation) => void;

/** The connections of one command's adapters. Requests are counted by the kind of the adapter that made them. */
export class Connections {
  readonly requests = new Map<string, number>();
  readonly #surroundings: Pick<Surroundings, 'env' | 'clock' | 'random'>;
  readonly #patience: Patience;
  readonly #fetches = new Map<string, Fetch>();
  readonly #open: HttpFetch[] = [];
  readonly #listeners: RequestListener[] = [];
  readonly #counted = new AsyncLocalStorage<Map<string, number>>();

  constructor(surroundings: Pick<Surroundings, 'env' | 'clock' | 'random'>, patience: Patience) {
    this.#surroundings = surroundings;
    this.#patience = patience;
  }

  /** One for all adapters of a kind, to share connections and rate limits. HTTP is loaded with the first request. */
  fetchFor(kind: string): Fetch {
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

  onRequest(listener: RequestListener): void {
    this.#listeners.push(listener);
  }

  /** Counts the requests that this work makes, by kind, whatever others make meanwhile: a fetch is shared by all of them. */
  async counting<Result>(
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly spent: Readonly<Record<string, number>> }> {
    const counts = new Map<string, number>();
    const result = await this.#counted.run(counts, work);
    return { result, spent: Object.fromEntries(counts) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((fetch) => fetch.close()));
  }

  async #makeFetch(kind: string): Promise<HttpFetch> {
    const { env, clock, random } = this.#surroundings;
    const { createFetch } = await import('@keyturn/http');
    const fetch = createFetch({
      env,
      clock,
      random,
      userAgent: 'keyturn',
      ...this.#patience,
      observe: (observation) => {
        countIn(this.requests, kind);
        countIn(this.#counted.getStore(), kind);
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
