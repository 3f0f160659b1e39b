import { withoutSecrets } from '@keyturn/core';
import { withoutCommands, withoutControls } from '@keyturn/core/unstable';

import type { Meant } from '../host.ts';

/**
 * The last filter for everything that is written to a stream, which may contain text of platforms, ledgers and file names. Only what
 * shows colours gets control characters.
 */
export function safe(text: string, hasColours: boolean, meant?: Meant): string {
  const blanked = meant === 'secret' || meant === 'mask' ? text : withoutSecrets(text);
  const still = hasColours ? blanked : withoutControls(blanked);
  return meant === 'command' || meant === 'mask' ? still : withoutCommands(still);
}
