import type { CallOptions, Clock } from '../contracts/runtime.ts';
import type { Lock, StateStore } from './store.ts';
import type { Revision } from './record.ts';
import { applyRecords } from './apply.ts';
import { byClock, clockOf, clockOfStore } from './clocks.ts';
import { durabilityOf } from './durability.ts';
import type { RotationEvent } from './event.ts';
import { chain, type LedgerRecord } from './record.ts';
import type { RotationState } from './state.ts';
import { refuseSigned } from './signed.ts';
import { stateOf } from './read-state.ts';
import { steadyClock } from './steady-clock.ts';

/** Who opens a ledger, and how. */
export interface Opening {
  /** Who runs, for the message that another run gets: `ci@runner-7`. */
  readonly owner: string;
  readonly clock: Clock;
  /** Interrupts what the store is doing. @default nothing does */
  readonly signal?: AbortSignal;
  /** Gets every event that was appended. */
  readonly observe?: (event: RotationEvent) => void;
  /** Nothing is kept of what is appended. */
  readonly isRehearsal?: boolean;
}

/**
 * Opens a ledger for a piece of work, and releases it.
 *
 * @throws {KeyturnError} what the work or the store fails with
 */
export async function withLedger<Result>(
  store: StateStore,
  rotation: string,
  opening: Opening,
  work: (ledger: Ledger) => Promise<Result>,
): Promise<Result> {
  const ledger = await Ledger.open(store, rotation, opening);
  let result: Result;
  try {
    result = await work(ledger);
  } catch (error) {
    // What went wrong first is what the user has to know.
    await ledger.release().catch(() => {});
    throw error;
  }
  await ledger.release();
  return result;
}

/** Nothing interrupts the call. */
const never = new AbortController().signal;

/** What is going on in the process now gets on first. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Timing {
  readonly clock: Clock;
  /** Whose clock that is. */
  readonly by: string;
}

interface Found {
  readonly state: RotationState;
  readonly revision: Revision;
  /** When the last record was written. */
  readonly at: number;
  readonly sign: ((record: LedgerRecord) => LedgerRecord) | undefined;
}

interface Pending {
  readonly events: readonly RotationEvent[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A rotation's ledger, open for appending: the one place where its state changes.
 *
 * Events that are appended while others are being written are written together after them, so that a fan-out of a thousand sinks does
 * not cost a thousand syncs. Only events that announce an effect are waited for until they are durable: see {@link durabilityOf}.
 */
export class Ledger {
  /** The store's clock or the machine's, but never behind the ledger's last record. */
  readonly clock: Clock;
  /** The same, wherever the ledger is. */
  readonly wallClock: Clock;
  readonly #lock: Lock;
  readonly #opening: Opening;
  readonly #call: CallOptions;
  readonly #by: string;
  readonly #sign: ((record: LedgerRecord) => LedgerRecord) | undefined;
  #state: RotationState;
  #revision: Revision;
  #pending: Pending[] = [];
  #flushing = false;
  #look: Promise<void> | undefined;
  #broken: { readonly error: unknown } | undefined;

  private constructor(
    lock: Lock,
    opening: Opening,
    call: CallOptions,
    { clock, by }: Timing,
    { state, revision, at, sign }: Found,
  ) {
    this.#lock = lock;
    this.#opening = opening;
    this.#call = call;
    this.#by = by;
    this.#sign = sign;
    this.wallClock = clock;
    this.clock = steadyClock(clock, at);
    this.#state = byClock(state, by);
    this.#revision = revision;
  }

  /**
   * Takes the rotation's lock, then reads its ledger.
   *
   * @throws {KeyturnError} `STATE_BUSY`, `STATE_CORRUPT`
   */
  static async open(store: StateStore, rotation: string, opening: Opening): Promise<Ledger> {
    const { owner, clock, signal } = opening;
    const o = { signal: signal ?? never };
    const lock = await store.lock(rotation, owner, o);
    try {
      const { records, revision } = await store.open(rotation, o);
      const timing = await timingOf(store, owner, clock, o);
      const state = stateOf(rotation, records);
      if (store.sign === undefined) refuseSigned(rotation, records);
      const sign = store.sign?.bind(store, rotation);
      const at = Date.parse(records.at(-1)?.at ?? '1970-01-01');
      return new Ledger(lock, opening, o, timing, { state, revision, at, sign });
    } catch (error) {
      await lock.release().catch(() => {});
      throw error;
    }
  }

  get state(): RotationState {
    return this.#state;
  }

  /** Aborted when the right to append was lost. */
  get signal(): AbortSignal {
    return this.#lock.signal;
  }

  /**
   * Resolves once the events are part of the state, and those that announce an effect are durable. After one failure nothing is appended
   * any more, so that no effect can follow an announcement that was not kept.
   */
  append(...events: readonly RotationEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ events, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  /** Makes everything durable that was appended. */
  async flush(): Promise<void> {
    if (this.#broken === undefined && this.#opening.isRehearsal !== true)
      await this.#lock.append([], this.#revision, { ...this.#call, durable: 'now' });
  }

  /**
   * Those who ask in the same moment are answered by one look, which begins after the last of them has asked.
   *
   * @throws {KeyturnError} `STATE_LOST` where another run has taken over: it has the last word from then on
   */
  confirm(): Promise<void> {
    this.#look ??= Promise.resolve().then(() => {
      this.#look = undefined;
      return this.#lock.confirm(this.#call);
    });
    return this.#look;
  }

  /** Makes everything durable, and ends the lock in any case. @throws {KeyturnError} if events might not be durable */
  release(): Promise<void> {
    return this.#lock.release();
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    // What other sinks announce in the same turn is written with it.
    await turn();
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        if (this.#broken !== undefined) throw this.#broken.error;
        await this.#write(batch.flatMap(({ events }) => events));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#broken = { error };
        for (const { reject } of batch) reject(error);
      }
    }
    this.#flushing = false;
  }

  async #write(events: readonly RotationEvent[]): Promise<void> {
    const { isRehearsal = false, observe } = this.#opening;
    const at = new Date(this.clock.now()).toISOString();
    const records = chain(this.#revision, events, at, this.#by, this.#sign);
    // An event that cannot happen is refused before it is kept.
    const state = applyRecords(this.#state, records);
    if (isRehearsal) {
      this.#state = state;
      return;
    }
    const options = { ...this.#call, durable: durabilityOf(records) };
    this.#revision = await this.#lock.append(records, this.#revision, options);
    this.#state = state;
    for (const event of events) observe?.(event);
  }
}

/** Machines that share a store with a clock of its own date their records by that. */
async function timingOf(
  store: StateStore,
  owner: string,
  clock: Clock,
  call: CallOptions,
): Promise<Timing> {
  if (store.now === undefined) return { clock, by: clockOf(owner) };
  const asked = clock.now();
  const ahead = (await store.now(call)) - asked;
  return {
    clock: { now: () => clock.now() + ahead, sleep: clock.sleep.bind(clock) },
    by: clockOfStore,
  };
}
