import type { RateLimit } from '@keyturn/core';

import type { Budget } from '../options.ts';
import { told, waitForQuota, type Quota } from './quota.ts';
import type { Share } from './share.ts';
import { answered, costOf, nothingSpent, sent, unsent, waitToSpend, type Spent } from './window.ts';

/** What a limit is about, as far as an answer names it: a server may count searches apart from the rest. */
const UNNAMED = '';

/** A request, as far as limits are about it. */
export interface Request {
  readonly method: string;
  readonly path: string;
}

interface Counted {
  quota: Quota | undefined;
  inFlight: number;
}

/** What one credential has spent at one host, and what it is told of what is left. */
export class Bucket {
  readonly #limits: readonly RateLimit[];
  readonly #spent: Spent[];
  /** By the name of what is limited. */
  readonly #counted = new Map<string, Counted>();
  /** What requests of an area count for, as their last answer said. */
  readonly #names = new Map<string, string>();
  /** The host refuses everything until then, in milliseconds since the epoch. */
  closedUntil = 0;

  /** Of the limits, where other programs spend them, too. */
  #shares: readonly Share[] = [];

  constructor(limits: readonly RateLimit[]) {
    this.#limits = limits;
    this.#spent = limits.map(() => nothingSpent);
  }

  share(make: (limit: RateLimit) => Share): void {
    this.#shares = this.#limits.map(make);
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
    const waits = this.#shares.map((share, nth) => {
      const limit = this.#limits[nth];
      const cost = limit === undefined ? 0 : costOf(limit, request);
      return share.waitFor(cost, cost * (more + 1), now);
    });
    return longest([0, ...waits]);
  }

  #waitHere(request: Request, now: number): number | undefined {
    const waits: (number | undefined)[] = [Math.max(0, this.closedUntil - now)];
    const { quota, inFlight } = this.#countedIn(areaOf(request.path));
    if (quota !== undefined) waits.push(waitForQuota(quota, inFlight, now));
    for (const [nth, limit] of this.#limits.entries())
      waits.push(waitToSpend(this.#spent[nth] ?? nothingSpent, limit, costOf(limit, request), now));
    return longest(waits);
  }

  /** Notes that a request is sent; call the result once with what came of it. */
  send(request: Request, now: number): (outcome: Outcome, at: number) => void {
    const area = areaOf(request.path);
    const counted = this.#countedIn(area);
    counted.inFlight++;
    if (counted.quota !== undefined) counted.quota = { ...counted.quota, sentAt: now };
    this.#each((limit, spent) => sent(spent, limit, costOf(limit, request), now));
    for (const [nth, limit] of this.#limits.entries())
      this.#shares[nth]?.spend(costOf(limit, request));
    return ({ wasSent, budget, closedUntil = 0 }, at) => {
      counted.inFlight--;
      this.closedUntil = Math.max(this.closedUntil, closedUntil);
      this.#each((limit, spent) => {
        const cost = costOf(limit, request);
        return wasSent ? answered(spent, limit, cost, at) : unsent(spent, cost);
      });
      if (budget === undefined) return;
      const name = budget.name ?? UNNAMED;
      this.#names.set(area, name);
      const about = this.#countedIn(area);
      about.quota = told(about.quota, budget, at);
    };
  }

  #countedIn(area: string): Counted {
    const name = this.#names.get(area) ?? UNNAMED;
    const known = this.#counted.get(name);
    if (known !== undefined) return known;
    const made: Counted = { quota: undefined, inFlight: 0 };
    this.#counted.set(name, made);
    return made;
  }

  #each(change: (limit: RateLimit, spent: Spent) => Spent): void {
    for (const [nth, limit] of this.#limits.entries())
      this.#spent[nth] = change(limit, this.#spent[nth] ?? nothingSpent);
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
function areaOf(path: string): string {
  return path.split('/', 5).find((part) => part !== '' && !/^(?:api|v\d+)$/.test(part)) ?? '';
}

function longest(waits: readonly (number | undefined)[]): number | undefined {
  return waits.reduce((most, one) =>
    most === undefined || one === undefined ? undefined : Math.max(most, one),
  );
}
