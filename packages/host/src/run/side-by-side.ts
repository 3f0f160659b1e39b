/** One piece of work among others. */
export interface Turn {
  /** Frees its place for others, and resolves once all others have ended, or wait here as well; at once after an abort. */
  readonly last: (signal: AbortSignal) => Promise<void>;
}

interface Waiting {
  readonly wake: () => void;
}

/**
 * Runs work for every item, at most `limit` at a time, and returns the results in the order of the items. After an abort nothing is begun but
 * the first item, which tells of it; after work was rejected nothing at all, and its error is thrown once all that was begun has ended.
 */
export class SideBySide<Item, Result> {
  readonly #queue: IterableIterator<readonly [number, Item]>;
  readonly #limit: number;
  readonly #signal: AbortSignal;
  readonly #work: (item: Item, index: number, turn: Turn) => Promise<Result>;
  readonly #results = new Map<number, Result>();
  readonly #waiting: Waiting[] = [];
  #isQueueEmpty = false;
  #hasBegun = false;
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #end: () => void = () => {};

  constructor(
    items: readonly Item[],
    limit: number,
    signal: AbortSignal,
    work: (item: Item, index: number, turn: Turn) => Promise<Result>,
  ) {
    this.#queue = items.entries();
    this.#limit = limit;
    this.#signal = signal;
    this.#work = work;
  }

  async run(): Promise<readonly Result[]> {
    await new Promise<void>((resolve) => {
      this.#end = resolve;
      this.#next();
    });
    if (this.#failure !== undefined) throw this.#failure.error;
    return [...this.#results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
  }

  /** Begins what may begin now; once nothing else runs, one of those that wait for that. */
  #next(): void {
    while (this.#running < this.#limit && this.#begin());
    if (this.#running > 0) return;
    const first = this.#waiting.shift();
    if (first === undefined) this.#end();
    else first.wake();
  }

  #begin(): boolean {
    const isOver = this.#failure !== undefined || (this.#hasBegun && this.#signal.aborted);
    if (this.#isQueueEmpty || isOver) return false;
    this.#hasBegun = true;
    const { value, done } = this.#queue.next();
    this.#isQueueEmpty = done === true;
    if (done === true) return false;
    const [index, item] = value;
    this.#running++;
    void this.#work(item, index, { last: (signal) => this.#last(signal) })
      .then(
        (result) => void this.#results.set(index, result),
        (error: unknown) => void (this.#failure ??= { error }),
      )
      .then(() => this.#leave());
    return true;
  }

  #leave(): void {
    this.#running--;
    this.#next();
  }

  #last(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = {
        wake: (): void => {
          signal.removeEventListener('abort', abort);
          this.#running++;
          resolve();
        },
      };
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        waiting.wake();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#leave();
    });
  }
}
