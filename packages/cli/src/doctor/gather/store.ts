import type { StateStore } from '@keyturn/core';

import type { LedgerEvidence, StoreEvidence } from '../evidence.ts';
import type { Probes } from './probe.ts';

/** Reads every ledger from its first record to its last, which proves that nothing in it was altered. Takes no lock. */
export async function askStore(store: StateStore, probes: Probes): Promise<StoreEvidence> {
  const { run } = probes;
  const check = store.check?.bind(store);
  const [report, ledgers] = await Promise.all([
    check === undefined ? undefined : run(store.kind, check),
    run(store.kind, async () => {
      const read: LedgerEvidence[] = [];
      for (const rotation of await store.rotations())
        read.push(await readLedger(rotation, store, probes));
      return read;
    }),
  ]);
  return {
    kind: store.kind,
    ...(report !== undefined && { report }),
    ledgers,
  };
}

async function readLedger(
  rotation: string,
  store: StateStore,
  { run, signal }: Probes,
): Promise<LedgerEvidence> {
  const [records, holder] = await Promise.all([
    run(rotation, async () => {
      let count = 0;
      for await (const _ of store.history(rotation)) {
        count++;
        signal.throwIfAborted();
      }
      return count;
    }),
    run(rotation, async () => store.holder?.(rotation)),
  ]);
  return { rotation, records, ...(holder.value !== undefined && { holder: holder.value }) };
}
