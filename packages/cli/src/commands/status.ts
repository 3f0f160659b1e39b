import { exitCodes, exitOfError, worst, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { openPlans, type RotationFlags } from '../setup/plans.ts';
import { statusDocument } from '../status/document.ts';
import { needsAttention } from '../status/findings.ts';
import { readStandings, type Standing } from '../status/read.ts';
import { statusText } from '../status/text.ts';

export interface StatusFlags extends RotationFlags {
  readonly json?: boolean;
  readonly check?: boolean;
}

/** `keyturn status`: how every rotation stands, from the ledgers alone; no request is made. */
export async function statusCommand(
  names: readonly string[],
  flags: StatusFlags,
  host: Host,
): Promise<ExitCode> {
  const plans = await openPlans(names, flags, host, 'recorded');
  try {
    const now = host.clock.now();
    const standings = await readStandings(plans, await plans.session.store(), now);
    host.stdout.write(
      flags.json === true
        ? `${JSON.stringify(statusDocument(standings))}\n`
        : `${statusText(standings, host.stdout, now)}\n`,
    );
    return exitOf(standings, flags.check === true);
  } finally {
    await plans.session.close();
  }
}

/** A ledger that cannot be read is an error even where nobody asked for a check. */
function exitOf(standings: readonly Standing[], check: boolean): ExitCode {
  return worst(
    standings.map(({ error, findings }) => {
      if (error !== undefined) return exitOfError(error);
      return check && needsAttention(findings) ? exitCodes.attention : exitCodes.done;
    }),
  );
}
