import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import type { InitFlags } from '../init/answers.ts';

export interface InitCommandFlags extends InitFlags {
  readonly sinkPackage?: string;
}

/** `keyturn init`: runs the wizard, or creates the package of a custom sink. */
export async function initCommand(
  words: readonly string[],
  flags: InitCommandFlags,
  host: Host,
): Promise<ExitCode> {
  if (flags.sinkPackage === undefined)
    return (await import('../init/wizard.ts')).wizard(words, flags, host);
  const { makeSinkPackage } = await import('../init/sink-package.ts');
  return makeSinkPackage(flags.sinkPackage, words, host);
}
