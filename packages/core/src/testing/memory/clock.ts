import type { Clock } from '../../index.ts';

/** A clock that stands still until it is told, or asked, to go on. */
export interface VirtualClock extends Clock {
  /** Lets time pass; whoever sleeps until then wakes at its own moment, in order. */
  advance(milliseconds: number): Promise<void>;
}

export interface VirtualClockOptions {
  /**
   * Time jumps to the next sleeper's moment in the next turn of the event loop, so that nobody waits. Work that
   * needs no input or output is done before.
   *
   * @default true
   */
  readonly auto?: boolean;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock for tests: no time passes but by `sleep` (unless `auto` is false) and `advance`. */
export function virtualClock(
  start: number = Date.UTC(2030, 0, 1),
  { auto = true }: VirtualClockOptions = {},
): VirtualClock {
  let time = start;
  const sleepers = new Set<Sleeper>();

  /** Wakes the first sleeper that is due by `limit`; false where there is none. */
  const wakeNext = (limit: number): boolean => {
    const [next] = [...sleepers].toSorted((a, b) => a.due - b.due);
    if (next === undefined || next.due > limit) return false;
    sleepers.delete(next);
    time = Math.max(time, next.due);
    next.wake();
    return true;
  };

  return {
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          due: time + Math.max(0, milliseconds),
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        if (signal?.aborted === true) return abort();
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort, { once: true });
        if (auto) setImmediate(() => wakeNext(Infinity));
      }),
    async advance(milliseconds) {
      const end = time + milliseconds;
      do await turn();
      while (wakeNext(end));
      time = Math.max(time, end);
      await turn();
    },
  };
}

/** Lets everything run that needs no time. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
