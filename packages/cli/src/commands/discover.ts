import { discover } from '../discover/discover.ts';
import { documentOf } from '../discover/document.ts';
import { exitOfFindings } from '../discover/exit.ts';
import { extend } from '../discover/extend.ts';
import { proposalsText } from '../discover/paste.ts';
import { findingsText } from '../discover/text.ts';
import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';

export interface DiscoverFlags {
  readonly config?: string;
  readonly org?: string;
  readonly issuer?: string;
  readonly set?: readonly string[];
  readonly name: readonly string[];
  readonly allow?: readonly string[];
  readonly write?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `keyturn discover`: finds where the issuer's secrets are used, and what the configuration lacks. */
export async function discoverCommand(
  scopes: readonly string[],
  flags: DiscoverFlags,
  host: Host,
): Promise<ExitCode> {
  const discovery = await discover(scopes, flags, host);
  const { findings } = discovery;
  host.stdout.write(
    flags.json === true
      ? documentOf(discovery, host)
      : `${findingsText(discovery, host)}${proposalsText(discovery, host)}`,
  );
  await extend(discovery, flags, host);
  return exitOfFindings(findings);
}
