import { openSession } from '@keyturn/host/session';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';
import {
  lockEnded,
  notLocked,
  notUnlocked,
  questionUnlock,
  unlockUnsupported,
} from '../../messages.ts';
import { documentText } from '../../output/json.ts';
import { agreed } from '../../prompt/prompts.ts';

export interface LedgerUnlockFlags {
  readonly config?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `keyturn ledger unlock`: ends the lock of a run that is certainly gone. */
export async function ledgerUnlock(
  rotation: string,
  flags: LedgerUnlockFlags,
  host: Host,
): Promise<ExitCode> {
  const session = await openSession(flags, host);
  try {
    const store = await session.store();
    if (store.unlock === undefined) throw unlockUnsupported(store.kind);
    const holder = await store.holder?.(rotation);
    const isSure = holder === undefined || flags.yes === true;
    if (!isSure && !(await agreed(questionUnlock(rotation, holder), host)))
      throw notUnlocked(rotation);
    const ended = (await store.unlock(rotation)) ?? null;
    host.stdout.write(
      flags.json === true
        ? documentText({ rotation, holder: ended })
        : `${ended === null ? notLocked(rotation) : lockEnded(rotation, ended)}\n`,
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}
