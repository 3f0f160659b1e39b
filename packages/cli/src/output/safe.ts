import { withoutSecrets } from '@keyturn/core';
import { withoutCommands, withoutControls } from '@keyturn/core/unstable';

import type { Meant } from '../host.ts';

/**
 * The last look at all that is written to a stream, whoever made it: platforms, ledgers and file names have words in it. On a terminal
 * colours are ours; elsewhere nothing steers.
 */
export function safe(text: string, terminal: boolean, meant?: Meant): string {
  const blanked = meant === 'secret' || meant === 'mask' ? text : withoutSecrets(text);
  const still = terminal ? blanked : withoutControls(blanked);
  return meant === 'command' || meant === 'mask' ? still : withoutCommands(still);
}
