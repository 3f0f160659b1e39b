import { enable } from '@keyturn/core';

import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { enabled } from '../messages.ts';
import { documentText } from '../output/json.ts';
import { openPlans } from '@keyturn/host/session';

export interface EnableFlags {
  readonly config?: string;
  readonly org?: string;
  readonly allow?: readonly string[];
  readonly tokenId?: string;
  readonly json?: boolean;
}

/** `keyturn enable`: lets replaced tokens work again that are disabled and not revoked yet. */
export async function enableCommand(
  name: string,
  flags: EnableFlags,
  host: Host,
): Promise<ExitCode> {
  const { session, requests } = await openPlans([name], { ...flags, sink: [] }, host, 'recorded');
  try {
    const [request] = requests;
    if (request === undefined) throw new Error('a named rotation has no plan');
    const { clock, owner, signal } = host;
    const { issuer, named = [] } = request;
    const tokens = await enable(
      {
        rotation: name,
        issuer,
        named,
        ...(flags.tokenId !== undefined && { token: flags.tokenId }),
      },
      { store: await session.store(), clock, owner, signal },
    );
    host.stdout.write(
      flags.json === true ? documentText({ rotation: name, tokens }) : `${enabled(name, tokens)}\n`,
    );
    return exitCodes.done;
  } finally {
    await session.close();
  }
}
