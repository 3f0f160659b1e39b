import { type BeforeWrite, withEffect, type Effect } from '@keyturn/core';

import type { Connections } from './connections.ts';
import { failureError } from './failure.ts';
import { isSafe, judge } from './judge.ts';
import { rateLimited } from './messages.ts';
import type { Observation, Settings } from './options.ts';
import { budgetOf, dateOf, limitedBy, spentUntil } from './rate-limit.ts';
import { send, type Answer, type Failure, type Outgoing } from './send.ts';

/** A request, and what is needed to send it again. */
export interface Call extends Outgoing {
  readonly repeatable: boolean;
  readonly signal: AbortSignal | undefined;
  readonly beforeWrite?: BeforeWrite | undefined;
}

export interface Exchanged {
  readonly answer: Answer;
  /** An earlier try got no clear answer, so a refusal now does not prove that nothing changed. */
  readonly doubtful: boolean;
}

/** Retries requests while that is safe and useful, and pauses when a server's rate limit is used up. */
export class Exchanges {
  readonly #settings: Settings;
  readonly #connections: Connections;
  /** Until when nothing is sent to an origin, for all callers. */
  readonly #closedUntil = new Map<string, number>();

  constructor(settings: Settings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
  }

  /**
   * @throws {KeyturnError} `NETWORK_FAILED`, `TIMED_OUT`, `RATE_LIMITED`, `ANSWER_INVALID`, `INTERRUPTED`, `CONFIG_INVALID`; `STATE_LOST`
   * for a write of a run that has lost its lock
   */
  async run(call: Call): Promise<Exchanged> {
    const { clock, retries } = this.#settings;
    const { url } = call;
    let doubtful = false;
    let waited = 0;
    const effect = (certain: boolean): Effect =>
      isSafe(call.method) || (certain && !doubtful) ? 'none' : 'unknown';

    for (let attempt = 1; ; attempt++) {
      waited = await this.#waitForBudget(call, waited, effect(true));
      const result = await this.#try(call, attempt).catch((error: unknown) => {
        // The lock was lost; it is still unknown what an earlier try did.
        throw doubtful ? withEffect(error, 'unknown') : error;
      });
      const now = clock.now();
      this.#note(url.origin, result, now);
      const verdict = judge(result, call, attempt, now, this.#settings);
      if (verdict.type === 'limited') {
        if (attempt > retries) throw rateLimited(url, verdict.until, effect(true));
        waited = await this.#waitForBudget(call, waited, effect(true));
        waited += await this.#sleep(call, verdict.jitter, effect(true));
        continue;
      }
      if (verdict.type === 'done' || attempt > retries) {
        if (result.ok) return { answer: result, doubtful };
        throw failureError(url, result.cause, effect(!result.sent), this.#settings);
      }
      doubtful ||= !verdict.unprocessed;
      await this.#sleep(call, verdict.wait, effect(true));
    }
  }

  async #try(call: Call, attempt: number): Promise<Answer | Failure> {
    const { clock, deadlines, maxBytes, observe } = this.#settings;
    const started = clock.now();
    const dispatcher = await this.#connections.for(call.url);
    if (dispatcher === undefined) return { ok: false, cause: 'UND_ERR_CLOSED', sent: false };
    if (!isSafe(call.method)) await call.beforeWrite?.();
    const result = await send(dispatcher, call, { ...deadlines, maxBytes }, call.signal);
    const ended = clock.now();
    observe?.({
      method: call.method,
      url: `${call.url.origin}${call.url.pathname}`,
      ...(result.ok && observed(result, ended)),
      attempt,
      milliseconds: ended - started,
    });
    return result;
  }

  #note(origin: string, result: Answer | Failure, now: number): void {
    if (!result.ok) return;
    const until = limitedBy(result, now)?.until ?? spentUntil(result, now);
    if (until !== undefined && until > (this.#closedUntil.get(origin) ?? now))
      this.#closedUntil.set(origin, until);
  }

  /** Returns the total time that the call has waited so far, in milliseconds. */
  async #waitForBudget(call: Call, waited: number, effect: Effect): Promise<number> {
    const { clock, maxWaitMs } = this.#settings;
    let total = waited;
    for (;;) {
      const until = this.#closedUntil.get(call.url.origin);
      if (until === undefined) return total;
      const wait = until - clock.now();
      if (wait <= 0) {
        this.#closedUntil.delete(call.url.origin);
        return total;
      }
      if (total + wait > maxWaitMs) throw rateLimited(call.url, until, effect);
      total += await this.#sleep(call, wait, effect);
    }
  }

  async #sleep({ url, signal }: Call, milliseconds: number, effect: Effect): Promise<number> {
    try {
      await this.#settings.clock.sleep(milliseconds, signal);
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
    if (signal?.aborted === true) throw failureError(url, 'ABORTED', effect, this.#settings);
    return milliseconds;
  }
}

function observed(answer: Answer, now: number): Pick<Observation, 'status' | 'date' | 'budget'> {
  const [date, budget] = [dateOf(answer), budgetOf(answer, now)];
  return {
    status: answer.status,
    ...(date !== undefined && { date }),
    ...(budget !== undefined && { budget }),
  };
}
