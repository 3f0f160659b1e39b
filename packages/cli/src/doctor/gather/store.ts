import type { StateStore } from '@keyturn/core/ledger';

import { mapLimited } from '@keyturn/host/session';

import { LEDGERS_AT_ONCE } from './ledgers.ts';
import type { LedgerEvidence, StoreEvidence, TokenFate } from '../evidence.ts';
import type { Probes } from './probe.ts';

/**
 * Reads every ledger from its first record to its last, which proves that nothing was altered. Takes no lock.
 *
 * @param tokens the ids of tokens whose last events are wanted
 */
export async function askStore(
  store: StateStore,
  tokens: ReadonlySet<string>,
  probes: Probes,
): Promise<StoreEvidence> {
  const { run } = probes;
  const check = store.check?.bind(store);
  const [report, ledgers] = await Promise.all([
    check === undefined ? undefined : run(store.kind, check),
    run(store.kind, async () =>
      mapLimited(await store.rotations(), LEDGERS_AT_ONCE, (rotation) =>
        readLedger(rotation, store, tokens, probes),
      ),
    ),
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
  tokens: ReadonlySet<string>,
  { run, signal }: Probes,
): Promise<LedgerEvidence> {
  const fates = new Map<string, TokenFate>();
  const [records, holder] = await Promise.all([
    run(rotation, async () => {
      let count = 0;
      for await (const { at, event } of store.history(rotation)) {
        count++;
        if ((event.type === 'completed' || event.type === 'revoked') && tokens.has(event.token))
          fates.set(event.token, { token: event.token, type: event.type, at });
        signal.throwIfAborted();
      }
      return count;
    }),
    run(rotation, async () => store.holder?.(rotation)),
  ]);
  return {
    rotation,
    records,
    fates: [...fates.values()],
    ...(holder.value !== undefined && { holder: holder.value }),
  };
}
