import { KeyturnError } from '@keyturn/core';
import type { StateStore } from '@keyturn/core/ledger';
import type { HttpFetch } from '@keyturn/http';

import type { NotifyConfig } from '../config/config.ts';
import { channelSkipped, notificationFailed, notificationsLate } from '../messages.ts';
import { openChannel, reasonOf, type Channel } from './channel.ts';
import { openFetch } from './send.ts';
import type { Occurrence } from '../config/events.ts';
import type { Surroundings } from '../surroundings.ts';

/** How long all remaining notifications may take in the end, in milliseconds. */
const MOST_LEFT = 10_000;

/**
 * Notifies people, at most once of each occurrence: it is claimed in the store before it is sent, so neither another run nor the
 * next one after a crash sends it again.
 *
 * Rotations never wait for it. Each request has a deadline and is not retried; an endpoint that failed is not used for the rest of
 * the run, and its failure is a warning.
 */
export class Notifier {
  readonly #surroundings: Surroundings;
  readonly #store: StateStore;
  readonly #channels: readonly Channel[];
  readonly #failed = new Set<Channel>();
  readonly #fetch: HttpFetch;
  readonly #end = new AbortController();
  #queue: Promise<void> = Promise.resolve();
  #untold = 0;

  constructor({ channels }: NotifyConfig, surroundings: Surroundings, store: StateStore) {
    this.#surroundings = surroundings;
    this.#store = store;
    this.#fetch = openFetch(surroundings);
    const signal = (): AbortSignal => AbortSignal.any([this.#end.signal, surroundings.signal]);
    const opened = channels.map((one) => openChannel(one, surroundings, this.#fetch, signal));
    for (const problem of opened)
      if (typeof problem === 'string') this.#warn(channelSkipped(problem));
    this.#channels = opened.filter((one) => one !== undefined && typeof one !== 'string');
  }

  /** Starts to send; does not wait. */
  announce(occurrences: readonly Occurrence[], issuer: string): void {
    for (const occurrence of occurrences)
      this.#queue = this.#queue.then(() => this.#tell(occurrence, issuer));
  }

  /** Waits, for a bounded time, until everything is sent. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.#end.abort(), MOST_LEFT);
    await this.#queue;
    clearTimeout(timer);
    if (this.#untold > 0) this.#warn(notificationsLate(this.#untold));
    await this.#fetch.close();
  }

  async #tell(occurrence: Occurrence, issuer: string): Promise<void> {
    const { rotation, key, event } = occurrence;
    const channels = this.#channels.filter((one) => one.on.has(event) && !this.#failed.has(one));
    if (channels.length === 0) return;
    if (this.#end.signal.aborted || this.#surroundings.signal.aborted) {
      this.#untold++;
      return;
    }
    try {
      if (!(await this.#store.claim(rotation, key))) return;
    } catch (error) {
      const why = KeyturnError.is(error) ? error.message : reasonOf(error);
      this.#warn(notificationFailed(occurrence, undefined, why));
      return;
    }
    await Promise.all(
      channels.map(async (channel) => {
        try {
          await channel.tell(occurrence, issuer);
        } catch (error) {
          this.#failed.add(channel);
          this.#warn(notificationFailed(occurrence, channel.name, reasonOf(error)));
        }
      }),
    );
  }

  #warn(text: string): void {
    this.#surroundings.warn(text);
  }
}
