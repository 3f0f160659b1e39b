import type { RateLimit } from '@keyturn/core';

import type { Budget } from '../options.ts';
import { told, waitForQuota, type Quota } from './quota.ts';
import type { Share } from './share.ts';
import { answered, costOf, nothingSpent, sent, unsent, waitToSpend, type Spent } from './window.ts';

/** A request, as far as limits are about it. */
export interface Request {
  readonly method: string;
  readonly path: string;
}

/** What is spent of a limit that is known before. */
interface Known {
  readonly limit: RateLimit;
  spent: Spent;
  /** If other programs spend it, too. */
  share: Share | undefined;
}

interface Counted {
  quota: Quota | undefined;
  inFlight: number;
}

/** What one credential has spent at one host, and what it is told of what is left. */
export class Bucket {
  readonly #known: readonly Known[];
  /** By the name of what is limited, if answers say one: a server may count searches apart from the rest. */
  readonly #counted = new Map<string | undefined, Counted>();
  /** What requests of an area count for, as their last answer said. */
  readonly #names = new Map<string | undefined, string | undefined>();
  /** The host refuses everything until then, in milliseconds since the epoch. */
  closedUntil = 0;

  constructor(limits: readonly RateLimit[]) {
    this.#known = limits.map((limit) => ({ limit, spent: nothingSpent, share: undefined }));
  }

  share(make: (limit: RateLimit) => Share): void {
    for (const known of this.#known) known.share = make(known.limit);
  }

  /**
   * Milliseconds until a request may be sent; undefined if that depends on answers that have not come.
   *
   * @param more how many others like it may be sent with it
   */
  waitFor(request: Request, now: number, more = 0): number | undefined {
    const wait = this.#waitHere(request, now);
    // What is shared is asked for when it can be spent.
    if (wait !== 0) return wait;
    const waits = this.#known.map(({ limit, share }) => {
      const cost = costOf(limit, request);
      return share === undefined ? 0 : share.waitFor(cost, cost * (more + 1), now);
    });
    return longest([0, ...waits]);
  }

  #waitHere(request: Request, now: number): number | undefined {
    const waits: (number | undefined)[] = [Math.max(0, this.closedUntil - now)];
    const { quota, inFlight } = this.#countedIn(areaOf(request.path));
    if (quota !== undefined) waits.push(waitForQuota(quota, inFlight, now));
    for (const { limit, spent } of this.#known)
      waits.push(waitToSpend(spent, limit, costOf(limit, request), now));
    return longest(waits);
  }

  /** Notes that a request is sent; call the result once with what came of it. */
  send(request: Request, now: number): (outcome: Outcome, at: number) => void {
    const area = areaOf(request.path);
    const counted = this.#countedIn(area);
    counted.inFlight++;
    if (counted.quota !== undefined) counted.quota = { ...counted.quota, sentAt: now };
    for (const known of this.#known) {
      const cost = costOf(known.limit, request);
      known.spent = sent(known.spent, known.limit, cost, now);
      known.share?.spend(cost);
    }
    return ({ wasSent, budget, closedUntil = 0 }, at) => {
      counted.inFlight--;
      this.closedUntil = Math.max(this.closedUntil, closedUntil);
      for (const known of this.#known) {
        const { limit, spent } = known;
        const cost = costOf(limit, request);
        known.spent = wasSent ? answered(spent, limit, cost, at) : unsent(spent, cost);
      }
      if (budget === undefined) return;
      this.#names.set(area, budget.name);
      const about = this.#countedIn(area);
      about.quota = told(about.quota, budget, at);
    };
  }

  #countedIn(area: string | undefined): Counted {
    const name = this.#names.get(area);
    const known = this.#counted.get(name);
    if (known !== undefined) return known;
    const made: Counted = { quota: undefined, inFlight: 0 };
    this.#counted.set(name, made);
    return made;
  }
}

/** What came of a request. */
export interface Outcome {
  readonly wasSent: boolean;
  readonly budget?: Budget | undefined;
  /** The host said that it refuses everything until then. */
  readonly closedUntil?: number | undefined;
}

/** The first part of a path that is not that of the API itself: `repos` for `/api/v3/repos/acme/web`. What is in one is assumed to be counted together. */
function areaOf(path: string): string | undefined {
  return path.split('/', 5).find((part) => part !== '' && !/^(?:api|v\d+)$/.test(part));
}

function longest(waits: readonly (number | undefined)[]): number | undefined {
  return waits.every((wait) => wait !== undefined) ? Math.max(...waits) : undefined;
}
