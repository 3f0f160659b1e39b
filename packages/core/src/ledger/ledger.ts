import { KeyturnError } from '../contracts/errors.ts';
import type { Clock } from '../contracts/runtime.ts';
import type { Lock, StateStore } from './store.ts';
import type { Revision } from './record.ts';
import { applyRecords } from './apply.ts';
import { byClock, clockOf } from './clocks.ts';
import type { RotationEvent } from './event.ts';
import { historyImpossible, ledgerMismatch } from '../messages.ts';
import { chain, type LedgerRecord } from './record.ts';
import { emptyState, type RotationState } from './state.ts';
import { refuseSigned } from './signed.ts';
import { steadyClock } from './steady-clock.ts';

/** The state of a rotation as its ledger tells it, without the right to change it. */
export async function readState(store: StateStore, rotation: string): Promise<RotationState> {
  const { records } = await store.open(rotation);
  return stateOf(rotation, records);
}

function stateOf(rotation: string, records: readonly LedgerRecord[]): RotationState {
  const state = believed(rotation, records);
  if (records.length === 0 || state.rotation === rotation) return state;
  throw ledgerMismatch(rotation, state.rotation);
}

/** What cannot have happened in this order was not written by keyturn. */
function believed(rotation: string, records: readonly LedgerRecord[]): RotationState {
  try {
    return applyRecords(emptyState, records);
  } catch (error) {
    if (!KeyturnError.is(error) || error.code !== 'TRANSITION_INVALID') throw error;
    throw historyImpossible(rotation, error.message);
  }
}

/** How records are written. */
interface Writing {
  readonly machine: string;
  readonly isRehearsal: boolean;
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
 * Events that are appended while others are being synced are synced together after them, so that a fan-out of
 * a thousand sinks does not cost a thousand syncs.
 */
export class Ledger {
  /** The machine's clock, though never behind the ledger's last record. */
  readonly clock: Clock;
  readonly #lock: Lock;
  readonly #observe: (event: RotationEvent) => void;
  #state: RotationState;
  #revision: Revision;
  #pending: Pending[] = [];
  #flushing = false;
  #broken: { readonly error: unknown } | undefined;
  readonly #machine: string;
  readonly #isRehearsal: boolean;
  readonly #sign: ((record: LedgerRecord) => LedgerRecord) | undefined;

  private constructor(
    lock: Lock,
    clock: Clock,
    observe: (event: RotationEvent) => void,
    state: RotationState,
    revision: Revision,
    { machine, isRehearsal, sign }: Writing,
  ) {
    this.#lock = lock;
    this.clock = clock;
    this.#observe = observe;
    this.#state = state;
    this.#revision = revision;
    this.#machine = machine;
    this.#isRehearsal = isRehearsal;
    this.#sign = sign;
  }

  /**
   * Takes the rotation's lock, then reads its ledger. In a rehearsal nothing is kept of what is appended.
   *
   * @throws {KeyturnError} `STATE_BUSY`, `STATE_CORRUPT`
   */
  static async open(
    store: StateStore,
    rotation: string,
    owner: string,
    clock: Clock,
    observe: (event: RotationEvent) => void = () => {},
    isRehearsal = false,
  ): Promise<Ledger> {
    const lock = await store.lock(rotation, owner);
    try {
      const { records, revision } = await store.open(rotation);
      const time = steadyClock(clock, Date.parse(records.at(-1)?.at ?? '1970-01-01'));
      const machine = clockOf(owner);
      const state = byClock(stateOf(rotation, records), machine);
      if (store.sign === undefined) refuseSigned(rotation, records);
      const sign = store.sign?.bind(store, rotation);
      return new Ledger(lock, time, observe, state, revision, { machine, isRehearsal, sign });
    } catch (error) {
      await lock.release();
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
   * Resolves once the events are durable and part of the state. After one failure nothing is appended any more,
   * so that no effect can follow an announcement that was not kept.
   */
  append(...events: readonly RotationEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ events, resolve, reject });
      if (!this.#flushing) void this.#flush();
    });
  }

  /** @throws {KeyturnError} `STATE_LOST` where another run has taken over: it has the last word from then on. */
  confirm(): Promise<void> {
    return this.#lock.confirm();
  }

  release(): Promise<void> {
    return this.#lock.release();
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
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
    const at = new Date(this.clock.now()).toISOString();
    const records = chain(this.#revision, events, at, this.#machine, this.#sign);
    // An event that cannot happen is refused before it is kept.
    const state = applyRecords(this.#state, records);
    if (this.#isRehearsal) {
      this.#state = state;
      return;
    }
    this.#revision = await this.#lock.append(records, this.#revision);
    this.#state = state;
    for (const event of events) this.#observe(event);
  }
}
