import { type BeforeWrite, withEffect, type Effect } from '@keyturn/core';

import type { Connections } from './connections.ts';
import { failureError } from './failure.ts';
import { isSafe, judge } from './judge.ts';
import { rateLimited } from './messages.ts';
import type { Budget, Observation, Settings } from './options.ts';
import type { Ended } from './limits/lanes.ts';
import { budgetOf, dateOf } from './rate-limit.ts';
import { send, type Answer, type Failure } from './send.ts';
import type { Outgoing } from './wire.ts';

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

interface Tried {
  readonly result: Answer | Failure;
  readonly budget?: Budget | undefined;
}

/** Retries requests while that is safe and useful, and pauses when a server's rate limit is used up. */
export class Exchanges {
  readonly #settings: Settings;
  readonly #connections: Connections;

  constructor(settings: Settings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
  }

  /**
   * @throws {KeyturnError} `NETWORK_FAILED`, `TIMED_OUT`, `RATE_LIMITED`, `ANSWER_INVALID`, `INTERRUPTED`, `CONFIG_INVALID`; `STATE_LOST`
   * for a write of a run that has lost its lock
   */
  async run(call: Call): Promise<Exchanged> {
    const { clock, retries, maxWaitMs } = this.#settings;
    const { url } = call;
    let doubtful = false;
    let waited = 0;
    const effect = (certain: boolean): Effect =>
      isSafe(call.method) || (certain && !doubtful) ? 'none' : 'unknown';

    for (let attempt = 1; ; attempt++) {
      const end = await this.#enter(call, waited, effect(true));
      let result: Answer | Failure;
      let budget: Budget | undefined;
      try {
        ({ result, budget } = await this.#try(call, attempt));
      } catch (error) {
        end({ wasSent: false });
        // The lock was lost; it is still unknown what an earlier try did.
        throw doubtful ? withEffect(error, 'unknown') : error;
      }
      const now = clock.now();
      const verdict = judge(result, call, attempt, now, this.#settings);
      const until =
        verdict.type === 'limited' ? (verdict.until ?? now + verdict.jitter) : undefined;
      end(endOf(result, budget, until));
      if (verdict.type === 'limited') {
        if (attempt > retries) throw rateLimited(url, verdict.until, effect(true));
        const wait = Math.max(0, (verdict.until ?? now) - now);
        if (waited + wait > maxWaitMs) throw rateLimited(url, verdict.until, effect(true));
        waited += await this.#sleep(call, wait + verdict.jitter);
        continue;
      }
      if (verdict.type === 'done' || attempt > retries) {
        if (result.ok) return { answer: result, doubtful };
        throw failureError(url, result.cause, effect(!result.sent), this.#settings);
      }
      doubtful ||= !verdict.unprocessed;
      await this.#sleep(call, verdict.wait);
    }
  }

  async #try(call: Call, attempt: number): Promise<Tried> {
    const { clock, deadlines, maxBytes, observe } = this.#settings;
    const started = clock.now();
    const wire = await this.#connections.for(call.url);
    if (wire === undefined) return { result: { ok: false, cause: 'CLOSED', sent: false } };
    const beforeWrite = isSafe(call.method) ? undefined : call.beforeWrite;
    const result = await send(wire, call, { ...deadlines, maxBytes }, call.signal, beforeWrite);
    const ended = clock.now();
    const budget = result.ok ? budgetOf(result, ended) : undefined;
    observe?.({
      method: call.method,
      url: `${call.url.origin}${call.url.pathname}`,
      ...(result.ok && observed(result, budget)),
      attempt,
      milliseconds: ended - started,
    });
    return { result, budget };
  }

  /** Waits until the request may be sent. Call the result once with what came of it. */
  async #enter(call: Call, waited: number, effect: Effect): Promise<(ended: Ended) => void> {
    const { lanes, rates, maxWaitMs } = this.#settings;
    const pass = await lanes.enter({ ...call, rates, patience: maxWaitMs - waited });
    if (pass.type === 'pass') return pass.end;
    if (pass.type === 'limited') throw rateLimited(call.url, pass.until, effect);
    throw failureError(call.url, 'ABORTED', effect, this.#settings);
  }

  async #sleep({ signal }: Call, milliseconds: number): Promise<number> {
    try {
      await this.#settings.clock.sleep(milliseconds, signal);
    } catch (error) {
      // What follows looks at the signal as well.
      if (signal?.aborted !== true) throw error;
    }
    return milliseconds;
  }
}

function observed(
  answer: Answer,
  budget: Budget | undefined,
): Pick<Observation, 'status' | 'date' | 'budget'> {
  const date = dateOf(answer);
  return {
    status: answer.status,
    ...(date !== undefined && { date }),
    ...(budget !== undefined && { budget }),
  };
}

function endOf(
  result: Answer | Failure,
  budget: Budget | undefined,
  closedUntil: number | undefined,
): Ended {
  if (!result.ok) return { wasSent: result.sent };
  return { wasSent: true, status: result.status, budget, closedUntil };
}
