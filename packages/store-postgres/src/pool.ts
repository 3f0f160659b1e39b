import { withEffect } from '@keyturn/core';

import { DatabaseFailure, isFailure } from './failure.ts';
import { interruptedBy } from './interrupt.ts';
import { storeClosed } from './messages.ts';
import type { Session } from './session.ts';

const MOST = 4;
/** Milliseconds. Servers and firewalls end connections that are idle for longer. */
const IDLE = 30_000;

interface Idle {
  readonly session: Session;
  readonly timer: NodeJS.Timeout;
}

/** A few connections, made when they are needed. */
export class Pool {
  readonly #connect: (signal: AbortSignal | undefined) => Promise<Session>;
  readonly #where: string;
  readonly #open = new Set<Session>();
  readonly #waiting: (() => void)[] = [];
  #idle: Idle[] = [];
  #count = 0;
  #isClosed = false;

  constructor(where: string, connect: (signal: AbortSignal | undefined) => Promise<Session>) {
    this.#where = where;
    this.#connect = connect;
  }

  /**
   * Runs an action that can be repeated, and repeats it once on a new connection if the one that it had was cut.
   *
   * @throws {DatabaseFailure}
   */
  async use<Result>(
    signal: AbortSignal | undefined,
    action: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.#once(signal, action);
    } catch (error) {
      const isCut = isFailure(error) && error.kind === 'broken' && error.code !== 'timeout';
      if (!isCut || signal?.aborted === true || this.#isClosed) throw error;
      return await this.#once(signal, action, true).catch((second: unknown) => {
        throw error.sent ? afterAll(second) : second;
      });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer);
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#open].map((session) => session.end()));
  }

  async #once<Result>(
    signal: AbortSignal | undefined,
    action: (session: Session) => Promise<Result>,
    isNew = false,
  ): Promise<Result> {
    const session = await this.#acquire(isNew, signal);
    try {
      return await interruptedBy(session, signal, () => action(session));
    } finally {
      this.#release(session);
    }
  }

  async #acquire(isNew: boolean, signal: AbortSignal | undefined): Promise<Session> {
    // Those that were idle may have been cut together with the one that was tried.
    if (isNew) for (const { session } of this.#idle) session.destroy('ended');
    while (!this.#isClosed) {
      const last = this.#idle.pop();
      if (last !== undefined) {
        clearTimeout(last.timer);
        if (!last.session.isBroken) return last.session;
        continue;
      }
      if (this.#count < MOST) return this.#make(signal);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    throw storeClosed(this.#where);
  }

  async #make(signal: AbortSignal | undefined): Promise<Session> {
    this.#count++;
    const leave = (): void => {
      this.#count--;
      this.#waiting.shift()?.();
    };
    let session: Session;
    try {
      session = await this.#connect(signal);
    } catch (error) {
      leave();
      throw error;
    }
    this.#open.add(session);
    session.onEnd(() => {
      this.#open.delete(session);
      this.#idle = this.#idle.filter((one) => one.session !== session);
      leave();
    });
    if (!this.#isClosed) return session;
    await session.end();
    throw storeClosed(this.#where);
  }

  #release(session: Session): void {
    if (session.isBroken) return;
    const timer = setTimeout(() => void session.end(), IDLE).unref();
    this.#idle.push({ session, timer });
    this.#waiting.shift()?.();
  }
}

/** The first attempt might have been carried out, whatever became of the second. */
function afterAll(second: unknown): unknown {
  if (!isFailure(second)) return withEffect(second, 'unknown');
  const { sqlstate, code } = second;
  return new DatabaseFailure('broken', { sqlstate, code, sent: true });
}
