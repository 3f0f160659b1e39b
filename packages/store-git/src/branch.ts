import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';

import { type KeyturnError, type Random, withEffect } from '@keyturn/core';

import { type Change, type Landed, type Moment, momentNow, passedSince } from './change.ts';
import { abortedWhenAll } from './signals.ts';
import { pushContended, pushRefused, storeClosed } from './messages.ts';
import { Mirror } from './mirror.ts';
import type { Pushed } from './remote.ts';
import { Draft, type Snapshot } from './snapshot.ts';
import type { Means } from './workspace.ts';

interface Queued {
  readonly change: Change<unknown>;
  /** When it was asked for, by the steady clock. */
  readonly asked: number;
  readonly resolve: (landed: Landed<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

/** Pushes that find the branch moved, in a row. */
const MOST_RACES = 40;
/** Pushes of one commit that the server did not answer. */
const MOST_UNANSWERED = 3;
/** Pushes of one commit onto a branch that the server could not lock, although it has not moved: another push is under way. */
const MOST_STUCK = 12;
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/**
 * The branch, and what this run knows of it. One call at a time contacts the server. Changes that wait meanwhile are pushed together,
 * as one commit onto the commit that they were planned for; if the branch moved, they are planned again.
 */
export class Branch {
  readonly #means: Means;
  readonly #random: Random;
  readonly #life = new AbortController();
  readonly #mirror: Mirror;
  #turn: Promise<unknown> = Promise.resolve();
  #queue: Queued[] = [];
  #isWorking = false;
  constructor(means: Means, random: Random) {
    this.#means = means;
    this.#random = random;
    this.#mirror = new Mirror(means);
  }

  /** How often the branch was rewritten since the start. */
  get rewrites(): number {
    return this.#mirror.rewrites;
  }

  get where(): string {
    return this.#means.where;
  }

  /** The branch as the server has it now. */
  fresh(signal: AbortSignal): Promise<Snapshot> {
    return this.recent(0, signal);
  }

  /** The branch as the server had it at most so many milliseconds ago. */
  recent(age: number, signal: AbortSignal): Promise<Snapshot> {
    const asked = performance.now();
    return this.#exclusively(async () => {
      const { current, proved } = this.#mirror;
      const isRecent = proved.steady >= asked || passedSince(proved, this.#means.clock) < age;
      if (current !== undefined && isRecent) return current;
      return this.#mirror.sync(AbortSignal.any([signal, this.#life.signal]));
    });
  }

  change<Result>(change: Change<Result>): Promise<Landed<Result>> {
    if (this.#life.signal.aborted) return Promise.reject(storeClosed(this.where));
    return new Promise<Landed<unknown>>((resolve, reject) => {
      this.#queue.push({ change, asked: performance.now(), resolve, reject });
      if (!this.#isWorking) void this.#work();
    }) as Promise<Landed<Result>>;
  }

  /** Whether a commit could be pushed, as far as that shows without pushing, and whether the branch exists. */
  rehearse(signal: AbortSignal): Promise<{ readonly pushed: Pushed; readonly exists: boolean }> {
    return this.#exclusively(async () => {
      const base = await this.#mirror.sync(signal);
      const next = await base.followedBy(new Map(), this.#messageOf([]), this.#seconds(), signal);
      const { remote } = await this.#mirror.open(signal);
      const pushed = await remote.push(next.commit, base.commit, signal, true);
      return { pushed, exists: base.commit !== undefined };
    });
  }

  async close(): Promise<void> {
    this.#life.abort();
    await this.#turn.catch(() => {});
    await this.#mirror.close();
  }

  #exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(async () => {
      if (this.#life.signal.aborted) throw storeClosed(this.where);
      return work();
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#queue.length > 0) {
      let batch: readonly Queued[] | undefined;
      await this.#exclusively(async () => {
        batch = this.#queue.splice(0);
        const all = abortedWhenAll(batch.map(({ change }) => change.signal));
        try {
          await this.#land(batch, AbortSignal.any([all.signal, this.#life.signal]));
        } finally {
          all.forget();
        }
      }).catch((error: unknown) => {
        for (const { reject } of batch ?? this.#queue.splice(0)) reject(error);
      });
    }
    this.#isWorking = false;
  }

  async #land(batch: readonly Queued[], signal: AbortSignal): Promise<void> {
    let waiting = batch;
    for (let races = 0; races < MOST_RACES; races++) {
      const base = this.#mirror.current ?? (await this.#mirror.sync(signal));
      const isOld = (one: Queued): boolean => this.#mirror.proved.steady < one.asked;
      if (waiting.some((one) => one.change.needsFresh === true && isOld(one))) {
        await this.#mirror.sync(signal);
        continue;
      }
      const { draft, planned, settled, isDoubtful } = await this.#plan(base, waiting, isOld);
      if (isDoubtful) {
        await this.#mirror.sync(signal);
        continue;
      }
      for (const settle of settled) settle();
      waiting = planned.map(({ queued }) => queued);
      if (planned.length === 0) return;
      const message = this.#messageOf(planned.map(({ queued }) => queued.change.about()));
      const next = await base.followedBy(draft.edits, message, this.#seconds(), signal);
      const began = await this.#push(base, next, signal);
      if (began !== undefined) {
        for (const { queued, result } of planned) queued.resolve({ result, began });
        return;
      }
      await this.#pause(races, signal);
    }
    throw pushContended(this.where);
  }

  async #plan(base: Snapshot, waiting: readonly Queued[], isOld: (one: Queued) => boolean) {
    let draft = new Draft(base);
    let isDoubtful = false;
    const planned: { readonly queued: Queued; readonly result: unknown }[] = [];
    const settled: (() => void)[] = [];
    for (const queued of waiting) {
      const copy = draft.copy();
      try {
        const result = await queued.change.plan(copy);
        if (!copy.isEdited) settled.push(() => queued.resolve({ result, began: undefined }));
        else planned.push({ queued, result });
        draft = copy;
      } catch (error) {
        isDoubtful ||= isOld(queued);
        settled.push(() => queued.reject(error));
      }
    }
    return { draft, planned, settled, isDoubtful };
  }

  /**
   * Pushes a commit; undefined if the branch moved, so that the commit can never be pushed. Whether an unanswered push was successful is
   * looked up.
   */
  async #push(
    base: Snapshot,
    next: Snapshot & { readonly commit: string },
    signal: AbortSignal,
  ): Promise<Moment | undefined> {
    const { remote, objects } = await this.#mirror.open(signal);
    const began = momentNow(this.#means.clock);
    let unanswered = 0;
    for (let tries = 1; ; tries++) {
      const pushed = await remote.push(next.commit, base.commit, signal);
      if (pushed.kind === 'done') {
        this.#mirror.moveTo(next, began);
        return began;
      }
      if (pushed.kind === 'unanswered') unanswered++;
      const effect = unanswered > 0 ? 'unknown' : 'none';
      if (pushed.kind === 'refused') throw withEffect(pushed.error, effect);
      const found = await this.#mirror.sync(signal).catch((error: unknown) => {
        throw withEffect(pushed.kind === 'unanswered' ? pushed.error : error, effect);
      });
      if (found.commit !== base.commit)
        return found.commit !== undefined &&
          (await objects.isAncestor(next.commit, found.commit, signal))
          ? began
          : undefined;
      if (unanswered >= MOST_UNANSWERED || tries >= MOST_STUCK)
        throw withEffect(this.#givenUp(pushed), effect);
      await this.#pause(tries, signal);
    }
  }

  #givenUp(pushed: Exclude<Pushed, { readonly kind: 'done' }>): KeyturnError {
    return pushed.kind === 'moved' ? pushRefused(this.where, pushed.reason) : pushed.error;
  }

  #pause(turn: number, signal: AbortSignal): Promise<void> {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** turn);
    return this.#means.clock.sleep(this.#random() * longest, signal);
  }

  #seconds(): number {
    return Math.max(0, Math.floor(this.#means.clock.now() / 1000));
  }

  /** The random part makes each commit unique: of two equal commits, both would seem to have been pushed first. */
  #messageOf(abouts: readonly string[]): string {
    const [first = 'check'] = abouts;
    const about = abouts.length > 1 ? `${first}, and ${abouts.length - 1} more` : first;
    return `keyturn: ${about.slice(0, 120)} (${randomBytes(8).toString('hex')}) [skip ci]\n`;
  }
}
