import { KeyturnError } from '@keyturn/core';
import { formatDuration } from '@keyturn/core/unstable';

import type { Host } from '../../host.ts';
import type { Result } from '../evidence.ts';

/** How long an adapter that was told to stop is waited for; its contract is a second. */
const LAST_MOMENT = 1_500;

/** Looks somewhere without letting a failure, or something that never answers, stop the others. */
export interface Probes {
  /** Aborted when the time is over, or by an interrupt. */
  readonly signal: AbortSignal;
  /** Of what went wrong, anything is a result; only an interrupt is thrown. */
  readonly run: <Value>(what: string, work: () => Promise<Value>) => Promise<Result<Value>>;
  readonly close: () => void;
}

/** @param milliseconds of real time, since sockets know no other */
export function createProbes(interrupt: Host['signal'], milliseconds: number): Probes {
  const deadline = new AbortController();
  // It keeps the process alive: what never settles would let Node end without a word.
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
        if (interrupt.aborted) throw interrupted(what);
        const ended = KeyturnError.is(error) && error.code === 'INTERRUPTED';
        if (isOver() && (ended || !KeyturnError.is(error)))
          return { error: timedOut(what, milliseconds) };
        return { error: KeyturnError.is(error) ? error : unforeseen(what, error) };
      } finally {
        last.forget();
      }
    },
  };
}

/** Rejects a moment after the abort, for what does not end with it. */
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

function timedOut(what: string, milliseconds: number): KeyturnError {
  const time = formatDuration(milliseconds);
  return new KeyturnError('TIMED_OUT', `${what}: it was not done within ${time}`, {
    hint: 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy, or give it longer with --timeout.',
    effect: 'none',
  });
}

function interrupted(what: string): KeyturnError {
  return new KeyturnError('INTERRUPTED', `${what}: the look was interrupted`, {
    hint: 'Run it again.',
    effect: 'none',
  });
}

function unforeseen(what: string, error: unknown): KeyturnError {
  const name = error instanceof Error ? error.name : typeof error;
  return new KeyturnError('ADAPTER_FAILED', `${what}: it failed with an unforeseen ${name}`, {
    hint: 'Run it again with --debug, and report what it says.',
    effect: 'none',
  });
}
