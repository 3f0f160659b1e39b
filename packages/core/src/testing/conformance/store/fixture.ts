import type { StateStore } from '../../../ledger/index.ts';
import type { Awaitable, Closable } from '../check.ts';

/** An empty store of its own, with the means to look behind it. Opened afresh for every check. */
export interface StoreFixture extends Closable {
  readonly store: StateStore;
  /** Another store on the same data, as another process would open it. Left out where there can be none. */
  readonly another?: () => Awaitable<StateStore>;
  /** Alters, behind the store's back, the first record that is kept of a rotation. */
  readonly tamper?: (rotation: string) => unknown;
  /** Makes the holder of a rotation's lock look dead, so that another may take the lock over. */
  readonly steal?: (rotation: string) => unknown;
  /** The power fails this instant: a store on what is left, without anything that was not durable yet. */
  readonly crash?: () => Awaitable<StateStore>;
  /** From now on no call is answered: the disk or the server hangs. */
  readonly stall?: () => unknown;
  /** The next write takes effect, and its answer is lost. */
  readonly loseAnswer?: () => unknown;
  /** How many requests the store has made so far, or how often it has looked at its files. */
  readonly requests?: () => number;
  /** From now on nothing can be written: the disk is full, the database is gone. */
  readonly fail?: () => unknown;
}
