import { printable } from '@keyturn/core';
import { copyLedger, type Copied } from '@keyturn/core/ledger';
import { openSession, recordedNames } from '@keyturn/host/session';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { ledgerCopied, ledgerTargetNewer, ledgerThere, noLedgers } from '../../messages.ts';
import { documentText } from '../../output/json.ts';

export interface LedgerCopyFlags {
  readonly config?: string;
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

/** `keyturn ledger copy`: copies ledgers from one store to another, as they are. */
export async function ledgerCopy(
  names: readonly string[],
  flags: LedgerCopyFlags,
  host: Host,
): Promise<ExitCode> {
  const session = await openSession(flags, host);
  try {
    const from = await session.store({ text: flags.from, source: '--from' });
    const to = await session.store({ text: flags.to, source: '--to' });
    const copied: ({ readonly rotation: string } & Copied)[] = [];
    const { owner, signal } = host;
    for (const rotation of recordedNames(names, await from.rotations())) {
      const one = { rotation, ...(await copyLedger(rotation, from, to, owner, { signal })) };
      copied.push(one);
      if (flags.json !== true)
        host.stdout.write(`${printable(rotation, 200)}: ${words[one.outcome](one)}\n`);
    }
    if (flags.json === true) host.stdout.write(documentText({ ledgers: copied }));
    else if (copied.length === 0) host.stdout.write(`${noLedgers()}\n`);
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

const words: Readonly<Record<Copied['outcome'], (copied: Copied) => string>> = {
  copied: ({ records }) => ledgerCopied(records),
  unchanged: ledgerThere,
  newer: ledgerTargetNewer,
};
