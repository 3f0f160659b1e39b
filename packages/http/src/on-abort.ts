interface Listening {
  readonly all: Set<() => void>;
  readonly listener: () => void;
}

const known = new WeakMap<AbortSignal, Listening>();

/**
 * Tells once the signal is aborted. Call the result to stop that.
 *
 * One listener serves all that share a signal, because a signal looks through all its listeners whenever one is added.
 */
export function onAbort(signal: AbortSignal, tell: () => void): () => void {
  const { all, listener } = known.get(signal) ?? listenTo(signal);
  all.add(tell);
  return () => {
    all.delete(tell);
    if (all.size > 0) return;
    signal.removeEventListener('abort', listener);
    known.delete(signal);
  };
}

function listenTo(signal: AbortSignal): Listening {
  const all = new Set<() => void>();
  const listening = { all, listener: () => all.forEach((tell) => tell()) };
  signal.addEventListener('abort', listening.listener, { once: true });
  known.set(signal, listening);
  return listening;
}
