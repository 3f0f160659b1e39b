import { exitCodes, type ExitCode } from '../../exit.ts';
import { numberOf, type FleetFlags } from '../../fleet/flags.ts';
import { loadFleet } from '../../fleet/load.ts';
import { runLine } from '../../fleet/text.ts';
import type { Host } from '../../host.ts';
import { documentText } from '../../output/json.ts';
import { tell } from '../../output/tell.ts';

export interface FleetWorkFlags extends FleetFlags {
  readonly concurrency?: string;
  readonly jitter?: string;
}

/** `keyturn fleet work`: runs rotations until it is interrupted; then finishes those that run. */
export async function fleetWork(flags: FleetWorkFlags, host: Host): Promise<ExitCode> {
  const concurrency = numberOf('--concurrency', flags.concurrency ?? '8', 1, 256);
  const jitter = numberOf('--jitter', flags.jitter ?? '10', 0, 90) / 100;
  const { work } = await loadFleet(host);
  const outcomes: Record<string, number> = {};
  await work({ ...flags, concurrency, jitter }, host, {
    tell: (line) => tell(line, host.stderr),
    ended(run, next) {
      const { outcome, error, warnings } = run.report;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (flags.json !== true) host.stdout.write(`${runLine(run, next, host.stdout)}\n`);
      if (error !== undefined) tell(error.message, host.stderr, error.hint);
      for (const warning of warnings) tell(warning, host.stderr);
    },
  });
  const runs = Object.values(outcomes).reduce((sum, number) => sum + number, 0);
  if (flags.json === true) host.stdout.write(documentText({ runs, outcomes }));
  return exitCodes.done;
}
