import type { StateStore } from '@keyturn/core/ledger';
import { readState, type RotationState } from '@keyturn/core/unstable';

import type { Probes } from './probe.ts';
import type { SinkChoice } from './place.ts';

/** The states of the configured rotations, by name. Unreadable ledgers are reported elsewhere. */
export type Ledgers = ReadonlyMap<string, RotationState>;

export async function readLedgers(
  rotations: readonly SinkChoice[],
  store: StateStore | undefined,
  { run }: Probes,
): Promise<Ledgers> {
  const ledgers = new Map<string, RotationState>();
  if (store === undefined) return ledgers;
  for (const { name } of rotations) {
    const { value } = await run(name, () => readState(store, name));
    if (value !== undefined) ledgers.set(name, value);
  }
  return ledgers;
}
