import { type Clock, systemClock, systemRandom } from '@keyturn/core';
import type { Surroundings } from '@keyturn/host';

/** Nobody waits long for a lease or for a pause between attempts. */
export const impatient = sleepingAtMost(100);

/** A clock whose waits end after so many milliseconds. */
export function sleepingAtMost(longest: number): Clock {
  return {
    now: () => systemClock.now(),
    sleep: (milliseconds, signal) => systemClock.sleep(Math.min(milliseconds, longest), signal),
  };
}

/** What a process of a fleet gets: adapters are found from this package. */
export function surroundingsOf(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  owner: string,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Surroundings {
  return {
    env,
    directory,
    programFolder: import.meta.dirname,
    clock,
    random: systemRandom,
    signal,
    owner,
    warn: () => {},
  };
}
