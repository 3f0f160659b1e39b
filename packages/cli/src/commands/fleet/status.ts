import { exitCodes, type ExitCode } from '../../exit.ts';
import type { FleetFlags } from '../../fleet/flags.ts';
import { loadFleet } from '../../fleet/load.ts';
import type { Host } from '../../host.ts';
import { documentText } from '../../output/json.ts';

export interface FleetStatusFlags extends FleetFlags {
  readonly metrics?: boolean;
}

/** `keyturn fleet status`: shows the queue, what is due, and what is left of shared rate limits. */
export async function fleetStatusCommand(flags: FleetStatusFlags, host: Host): Promise<ExitCode> {
  const { fleetStatus } = await loadFleet(host);
  const status = await fleetStatus(flags, host);
  if (flags.metrics === true) {
    const { fleetMetrics } = await import('../../fleet/metrics.ts');
    host.stdout.write(fleetMetrics(status));
  } else if (flags.json === true) host.stdout.write(documentText(status));
  else {
    const { fleetText } = await import('../../fleet/text.ts');
    host.stdout.write(`${fleetText(status, host.stdout)}\n`);
  }
  return exitCodes.done;
}
