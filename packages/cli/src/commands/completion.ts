import { scripts } from '../completion/scripts.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { scriptOfOneShell } from '../messages.ts';

/** `keyturn completion`: prints the script that a shell loads, or installs it. */
export async function completionCommand(
  [what = '', shell]: readonly string[],
  host: Host,
): Promise<ExitCode> {
  const script = scripts[what];
  if (script === undefined) {
    const { installCompletion, uninstallCompletion } = await import('../completion/install.ts');
    return (what === 'install' ? installCompletion : uninstallCompletion)(shell, host);
  }
  if (shell !== undefined) throw scriptOfOneShell(what);
  host.stdout.write(script, 'document');
  return exitCodes.done;
}
