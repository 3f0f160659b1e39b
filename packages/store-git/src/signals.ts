/** Aborted when all of the signals are; never if there are none. `forget` must be called in the end: signals can live long. */
export function abortedWhenAll(signals: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  readonly forget: () => void;
} {
  const controller = new AbortController();
  let left = signals.length;
  const count = (): void => {
    left--;
    if (left === 0) controller.abort();
  };
  for (const signal of signals) {
    if (signal.aborted) count();
    else signal.addEventListener('abort', count, { once: true });
  }
  return {
    signal: controller.signal,
    forget: () => signals.forEach((signal) => signal.removeEventListener('abort', count)),
  };
}
