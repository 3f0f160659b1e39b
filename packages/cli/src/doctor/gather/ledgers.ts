import type { StateStore } from '@keyturn/core/ledger';
import { readState, type RotationState } from '@keyturn/core/unstable';
import { mapLimited } from '@keyturn/host/session';

import type { Probes } from './probe.ts';
import type { SinkChoice } from './place.ts';

/** How many ledgers are read at a time. */
export const LEDGERS_AT_ONCE = 8;

/** The states of the configured rotations, by name. Unreadable ledgers are reported elsewhere. */
export type Ledgers = ReadonlyMap<string, RotationState>;

export async function readLedgers(
  rotations: readonly SinkChoice[],
  store: StateStore | undefined,
  { run }: Probes,
): Promise<Ledgers> {
  const ledgers = new Map<string, RotationState>();
  if (store === undefined) return ledgers;
  const read = await mapLimited(rotations, LEDGERS_AT_ONCE, async ({ name }) => ({
    name,
    ...(await run(name, () => readState(store, name))),
  }));
  for (const { name, value } of read) if (value !== undefined) ledgers.set(name, value);
  return ledgers;
}
