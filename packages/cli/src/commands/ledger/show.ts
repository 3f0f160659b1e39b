import { revisionOf, type LedgerRecord, type StateStore } from '@keyturn/core/ledger';
import { openSession, recordedNames } from '@keyturn/host/session';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { ledgerLine, ledgersIn, noLedgers } from '../../messages.ts';
import { documentText } from '../../output/json.ts';

export interface LedgerShowFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** One ledger as it is in its store. */
interface ShownLedger {
  readonly rotation: string;
  readonly records: number;
  /** The number and the hash of the last record: two copies with the same revision are the same. */
  readonly revision: string;
  /** When the last record was written; ISO 8601. */
  readonly lastAt: string;
  readonly isSigned: boolean;
  /** Who is writing it now, as far as the store knows. */
  readonly holder: string | null;
}

/** `keyturn ledger show`: reads ledgers whole, and shows where and how they are kept. Makes no request to an issuer or a sink. */
export async function ledgerShow(
  names: readonly string[],
  flags: LedgerShowFlags,
  host: Host,
): Promise<ExitCode> {
  const session = await openSession(flags, host);
  try {
    const store = await session.store();
    const ledgers: ShownLedger[] = [];
    for (const rotation of recordedNames(names, await store.rotations()))
      ledgers.push(await shown(rotation, store));
    host.stdout.write(
      flags.json === true
        ? documentText({ location: session.location, ledgers })
        : [
            ledgersIn(session.location),
            ...(ledgers.length === 0 ? [noLedgers()] : ledgers.map(ledgerLine)),
            '',
          ].join('\n'),
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

async function shown(rotation: string, store: StateStore): Promise<ShownLedger> {
  let records = 0;
  let last: LedgerRecord | undefined;
  for await (const record of store.history(rotation)) {
    records++;
    last = record;
  }
  return {
    rotation,
    records,
    revision: last === undefined ? '' : revisionOf(last),
    lastAt: last?.at ?? '',
    isSigned: last?.mac !== undefined,
    holder: (await store.holder?.(rotation)) ?? null,
  };
}
