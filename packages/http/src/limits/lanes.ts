import { hash } from 'node:crypto';

import type { Clock, RateLimits, SharedBudget } from '@keyturn/core';

import { onAbort } from '../on-abort.ts';
import type { Budget } from '../options.ts';
import { Bucket, type Request } from './bucket.ts';
import { accepted, concurrencyOf, refused, type Concurrency } from './concurrency.ts';
import { Share } from './share.ts';

/** The most requests in flight to a host. Above this, platforms refuse some (docs: GitHub REST API, "About secondary rate limits": 100). */
const MOST = 96;

export interface LanesOptions {
  readonly clock: Clock;
  /** Other hosts that have the limits of the platform: `github.example.com`. @default none */
  readonly limitedHosts?: readonly string[];
}

/** What is asked of the lanes for one try of a request. */
export interface Entry {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly rates: RateLimits | undefined;
  readonly signal: AbortSignal | undefined;
  /** How long to wait for a limit, in milliseconds. */
  readonly patience: number;
}

/** What came of one try. */
export interface Ended {
  /** Some of it may have reached the host. */
  readonly wasSent: boolean;
  readonly status?: number;
  readonly budget?: Budget | undefined;
  /** Nothing is to be sent until then, because the host said so. */
  readonly closedUntil?: number | undefined;
}

/** The permission to send one request; `limited` if that would take too long, `aborted` if it is not wanted anymore. */
export type Pass =
  | { readonly type: 'pass'; readonly end: (ended: Ended) => void }
  | { readonly type: 'limited'; readonly until: number }
  | { readonly type: 'aborted' };

interface Waiting {
  readonly request: Request;
  readonly patience: number;
  readonly settle: (pass: Pass) => void;
}

interface Queue {
  /** The host, and a hash of the credential. */
  readonly name: string;
  readonly bucket: Bucket;
  readonly waiting: Waiting[];
}

interface Host {
  concurrency: Concurrency;
  inFlight: number;
  readonly queues: Map<string, Queue>;
  alarm: { readonly at: number; readonly cancel: AbortController } | undefined;
}

/**
 * Decides when each request may be sent, for everything that shares it: so that hosts need not refuse any. Requests of one credential keep their
 * order. After a refusal they go on one by one, not all at once.
 */
export class Lanes {
  readonly #clock: Clock;
  readonly #limitedHosts: ReadonlySet<string>;
  readonly #hosts = new Map<string, Host>();
  #budget: SharedBudget | undefined;

  constructor({ clock, limitedHosts = [] }: LanesOptions) {
    this.#clock = clock;
    this.#limitedHosts = new Set(limitedHosts);
  }

  /** From now on, limits are shared with other programs. */
  share(budget: SharedBudget): void {
    this.#budget = budget;
    for (const host of this.#hosts.values())
      for (const queue of host.queues.values()) this.#shareIn(host, queue, budget);
  }

  #shareIn(host: Host, { bucket, name }: Queue, budget: SharedBudget): void {
    const wake = (): void => this.#pump(host);
    bucket.share((limit) => new Share(budget, { name, limit }, this.#clock, wake));
  }

  enter(entry: Entry): Promise<Pass> {
    const { url, method, signal, patience } = entry;
    const host = this.#hostOf(url.origin);
    const queue = this.#queueIn(host, entry);
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve({ type: 'aborted' });
      const giveUp = (): void => {
        queue.waiting.splice(queue.waiting.indexOf(one), 1);
        resolve({ type: 'aborted' });
        this.#pump(host);
      };
      let isWaiting = true;
      let stopListening: (() => void) | undefined;
      const one: Waiting = {
        request: { method, path: url.pathname },
        patience,
        settle: (pass) => {
          isWaiting = false;
          stopListening?.();
          resolve(pass);
        },
      };
      queue.waiting.push(one);
      this.#pump(host);
      if (isWaiting && signal !== undefined) stopListening = onAbort(signal, giveUp);
    });
  }

  /** Lets go whoever may go now, and sets an alarm for the next one. */
  #pump(host: Host): void {
    const now = this.#clock.now();
    let next = Infinity;
    for (const queue of host.queues.values())
      while (host.inFlight < host.concurrency.limit) {
        const [first] = queue.waiting;
        if (first === undefined) break;
        const wait = queue.bucket.waitFor(
          first.request,
          now,
          Math.min(queue.waiting.length, host.concurrency.limit - host.inFlight) - 1,
        );
        if (wait === undefined) break;
        if (wait > 0 && wait <= first.patience) {
          next = Math.min(next, now + wait);
          break;
        }
        queue.waiting.shift();
        first.settle(
          wait > 0 ? { type: 'limited', until: now + wait } : this.#send(host, queue, first, now),
        );
      }
    this.#setAlarm(host, next);
  }

  #send(host: Host, { bucket }: Queue, { request }: Waiting, sentAt: number): Pass {
    const end = bucket.send(request, sentAt);
    host.inFlight++;
    return {
      type: 'pass',
      end: (ended) => {
        const now = this.#clock.now();
        end(ended, now);
        const { inFlight, concurrency } = host;
        host.inFlight--;
        const isClosed = ended.closedUntil !== undefined;
        const { status } = ended;
        if (isClosed || status === 503)
          host.concurrency = refused(concurrency, { inFlight, sentAt, now, isClosed });
        else if (status !== undefined && status < 500)
          host.concurrency = accepted(concurrency, sentAt);
        this.#pump(host);
      },
    };
  }

  #setAlarm(host: Host, at: number): void {
    if (host.alarm?.at === at) return;
    host.alarm?.cancel.abort();
    host.alarm = undefined;
    if (at === Infinity) return;
    const cancel = new AbortController();
    host.alarm = { at, cancel };
    const ring = (): void => {
      if (host.alarm?.cancel !== cancel) return;
      host.alarm = undefined;
      this.#pump(host);
    };
    this.#clock.sleep(at - this.#clock.now(), cancel.signal).then(ring, () => {});
  }

  #hostOf(origin: string): Host {
    const known = this.#hosts.get(origin);
    if (known !== undefined) return known;
    const concurrency = concurrencyOf(MOST);
    const made: Host = { concurrency, inFlight: 0, queues: new Map(), alarm: undefined };
    this.#hosts.set(origin, made);
    return made;
  }

  #queueIn(host: Host, { url, headers, rates }: Entry): Queue {
    const credential = rates?.credential === undefined ? undefined : headers[rates.credential];
    // Not the credential itself: this lives longer than the request.
    const key = credential === undefined ? '' : hash('sha256', credential);
    const known = host.queues.get(key);
    if (known !== undefined) return known;
    const isLimited = rates?.hosts.includes(url.host) === true || this.#limitedHosts.has(url.host);
    const bucket = new Bucket(isLimited ? (rates?.limits ?? []) : []);
    const made: Queue = { name: `${url.host} ${key.slice(0, 32)}`, bucket, waiting: [] };
    if (this.#budget !== undefined) this.#shareIn(host, made, this.#budget);
    host.queues.set(key, made);
    return made;
  }
}
