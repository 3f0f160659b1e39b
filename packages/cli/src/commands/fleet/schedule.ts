import { exitCodes, worst, exitOfError, type ExitCode } from '../../exit.ts';
import type { FleetFlags } from '../../fleet/flags.ts';
import { loadFleet } from '../../fleet/load.ts';
import type { Host } from '../../host.ts';
import { scheduledText } from '../../messages.ts';
import { documentText, errorDocument } from '../../output/json.ts';
import { tell } from '../../output/tell.ts';

/** `keyturn fleet schedule`: adds a job for each rotation that is due. */
export async function fleetSchedule(flags: FleetFlags, host: Host): Promise<ExitCode> {
  const { schedule } = await loadFleet(host);
  const { rotations, offered, problems } = await schedule(flags, host);
  if (flags.json === true)
    host.stdout.write(
      documentText({
        rotations,
        scheduled: offered,
        problems: problems.map(({ configuration, error }) => ({
          configuration,
          error: errorDocument(error),
        })),
      }),
    );
  else host.stdout.write(`${scheduledText(rotations, offered)}\n`);
  for (const { error } of problems) tell(error.message, host.stderr, error.hint);
  return worst([exitCodes.done, ...problems.map(({ error }) => exitOfError(error))]);
}
