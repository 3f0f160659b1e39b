import { deployed } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { released } from '../messages.ts';
import { documentText } from '../output/json.ts';
import { openStore, recordedNames } from '@keyturn/host/session';

export interface ReleasedFlags {
  readonly config?: string;
  readonly sink?: string;
  readonly json?: boolean;
}

/** `keyturn released`: records that what reads the sinks was deployed. The grace of the tokens that it used begins. */
export async function releasedCommand(
  name: string,
  flags: ReleasedFlags,
  host: Host,
): Promise<ExitCode> {
  const { store, session } = await openStore(flags, host);
  try {
    recordedNames([name], await store.rotations());
    const { clock, owner } = host;
    const sinks = await deployed(name, flags.sink, { store, clock, owner });
    host.stdout.write(
      flags.json === true ? documentText({ rotation: name, sinks }) : `${released(name, sinks)}\n`,
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}
