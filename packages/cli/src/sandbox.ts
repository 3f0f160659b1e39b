import type * as SandboxModule from '@keyturn/sandbox';

import { loadCompanion } from './companion.ts';
import type { Host } from './host.ts';
import { sandboxMissing } from './messages.ts';

/** Loads the package of the sandbox, which is installed separately. */
export function loadSandbox(host: Host): Promise<typeof SandboxModule> {
  return loadCompanion<typeof SandboxModule>('@keyturn/sandbox', host, sandboxMissing);
}
