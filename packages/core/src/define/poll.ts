import type { Clock } from '../contracts/runtime.ts';

/** Milliseconds. Short at first, for jobs that end soon; longer later, to make fewer requests. */
const INTERVALS = [1000, 2000, 3000, 5000, 10_000, 15_000];

/**
 * Calls `look` at growing intervals until it finds something; undefined after the timeout.
 *
 * @param timeout in milliseconds
 * @throws the errors of `look`, and the signal's reason
 */
export async function poll<Found>(
  look: () => Promise<Found | undefined>,
  timeout: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const end = clock.now() + timeout;
  for (let turn = 0; ; turn++) {
    const found = await look();
    if (found !== undefined) return found;
    const interval = INTERVALS[Math.min(turn, INTERVALS.length - 1)] ?? 0;
    const wait = Math.min(interval, end - clock.now());
    if (wait <= 0) return undefined;
    await clock.sleep(wait, signal);
  }
}
