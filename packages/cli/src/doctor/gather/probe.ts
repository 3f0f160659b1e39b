import { KeyturnError } from '@keyturn/core';

import type { Host } from '../../host.ts';
import { checkBroken, checkInterrupted, checkTimedOut } from '../../messages-of-checks.ts';
import type { Result } from '../evidence.ts';

/** How long to wait for an adapter after the abort; its contract is a second. */
const LAST_MOMENT = 1_500;

/** Runs checks; one that fails, or never responds, does not stop the others. */
export interface Probes {
  /** Aborted at the time limit, or by an interrupt. */
  readonly signal: AbortSignal;
  /** Every error is a result; only an interrupt is thrown. */
  readonly run: <Value>(what: string, work: () => Promise<Value>) => Promise<Result<Value>>;
  readonly close: () => void;
}

/** @param milliseconds of real time: sockets have no other */
export function createProbes(interrupt: Host['signal'], milliseconds: number): Probes {
  const deadline = new AbortController();
  // The timer keeps the process alive: otherwise Node would exit silently while a promise never settles.
  const timer = setTimeout(() => deadline.abort(), milliseconds);
  const signal = AbortSignal.any([interrupt, deadline.signal]);
  const isOver = (): boolean => signal.aborted && !interrupt.aborted;
  return {
    signal,
    close: () => clearTimeout(timer),
    run: async (what, work) => {
      const last = untilTooLate(signal);
      try {
        return { value: await Promise.race([work(), last.over]) };
      } catch (error) {
        if (interrupt.aborted) throw checkInterrupted(what);
        const ended = KeyturnError.is(error) && error.code === 'INTERRUPTED';
        if (isOver() && (ended || !KeyturnError.is(error)))
          return { error: checkTimedOut(what, milliseconds) };
        return { error: KeyturnError.is(error) ? error : checkBroken(what, error) };
      } finally {
        last.forget();
      }
    },
  };
}

/** Rejects a moment after the abort, for work that ignores it. */
function untilTooLate(signal: AbortSignal): { over: Promise<never>; forget: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const over = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new Error('too late')), LAST_MOMENT);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  return {
    over,
    forget: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}
