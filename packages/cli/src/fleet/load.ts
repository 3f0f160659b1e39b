import type * as FleetModule from '@keyturn/fleet';

import { loadCompanion } from '../companion.ts';
import type { Host } from '../host.ts';
import { fleetMissing } from '../messages.ts';

/** Loads the package of the fleet, which is installed separately. */
export function loadFleet(host: Host): Promise<typeof FleetModule> {
  return loadCompanion<typeof FleetModule>('@keyturn/fleet', host, fleetMissing);
}
