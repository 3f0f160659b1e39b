import { systemClock, systemRandom } from '@keyturn/core';
import type { Surroundings } from '@keyturn/host';

/** What a process of a fleet gets: adapters are found from this package. */
export function surroundingsOf(
  directory: string,
  env: Readonly<Record<string, string | undefined>>,
  owner: string,
  signal: AbortSignal,
): Surroundings {
  return {
    env,
    directory,
    programFolder: import.meta.dirname,
    clock: systemClock,
    random: systemRandom,
    signal,
    owner,
    warn: () => {},
  };
}
