import type { Clock } from '@keyturn/core';

import type * as Seal from './seal.ts';

let loading: Promise<typeof Seal> | undefined;
let preparing: Promise<unknown> | undefined;

/** The code that seals. It is imported once: even an import of what is loaded takes a tenth of a millisecond. */
export function loadSeal(): Promise<typeof Seal> {
  return (loading ??= import('./seal.ts'));
}

/** Loads the code that seals while the first check waits for its response: not before, because the request comes first. */
export function prepareToSeal(clock: Clock): void {
  preparing ??= clock.sleep(40).then(loadSeal, () => undefined);
}
