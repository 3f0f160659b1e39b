import { sign, type Signing } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import { ledgerKeyMissing, ledgerSigned, ledgerUnchanged } from '../../messages.ts';
import { documentText } from '../../output/json.ts';
import { ledgerKey, recordedNames, openSession } from '@keyturn/host/session';

export interface LedgerSignFlags {
  readonly config?: string;
  readonly json?: boolean;
}

/** `keyturn ledger sign`: trusts ledgers as they are, and signs them with the key in the environment. */
export async function ledgerSign(
  names: readonly string[],
  flags: LedgerSignFlags,
  host: Host,
): Promise<ExitCode> {
  const key = ledgerKey(host.env);
  if (key === undefined) throw ledgerKeyMissing();
  const session = await openSession(flags, host);
  try {
    const store = await session.plainStore();
    const { owner, clock } = host;
    const signed: { readonly rotation: string; readonly outcome: Signing }[] = [];
    for (const rotation of recordedNames(names, await store.rotations()))
      signed.push({ rotation, outcome: await sign(rotation, key, { store, owner, clock }) });
    host.stdout.write(
      flags.json === true
        ? documentText({ ledgers: signed })
        : signed.map(({ rotation, outcome }) => `${rotation}: ${words[outcome]()}\n`).join(''),
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}

const words: Readonly<Record<Signing, () => string>> = {
  signed: ledgerSigned,
  unchanged: ledgerUnchanged,
};
