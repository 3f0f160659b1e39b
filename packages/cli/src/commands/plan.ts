import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { rotateCommand, type RotateFlags } from './rotate.ts';

/** `keyturn plan`: checks everything and shows what `rotate` would do now. Changes nothing. */
export function planCommand(
  names: readonly string[],
  flags: RotateFlags,
  host: Host,
): Promise<ExitCode> {
  return rotateCommand(names, { ...flags, dryRun: true }, host);
}
