import type { Clock } from '../contracts/runtime.ts';

/** The first looks are close to each other, for jobs that end soon; later ones are further apart, to spare the platform. */
const INTERVALS = [1000, 2000, 3000, 5000, 10_000, 15_000];

/**
 * Looks until something is there, at growing intervals; undefined when the time is over.
 *
 * @param timeout milliseconds
 * @throws what `look` throws, and the signal's reason
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
