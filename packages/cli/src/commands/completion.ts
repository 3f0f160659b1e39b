import { scripts } from '../completion/scripts.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';

/** `keyturn completion`: prints the script that a shell loads. */
export async function completionCommand(shell: string, host: Host): Promise<ExitCode> {
  host.stdout.write(scripts[shell] ?? '');
  return exitCodes.done;
}
