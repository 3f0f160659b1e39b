import type { Session } from './session.ts';

/** Runs `work`, and interrupts what a session does for it when the signal is aborted. */
export async function interruptedBy<Result>(
  session: Session,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  const interrupt = (): void => session.interrupt();
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}
