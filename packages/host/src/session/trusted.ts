import type { Purpose } from './chosen.ts';
import type { Config } from '../config/config.ts';
import { isProgram, loadConfig } from '../config/load.ts';
import type { Surroundings } from '../surroundings.ts';

/** What a command uses. */
export interface Subject {
  /** The configuration, if there is one. */
  readonly file: string | undefined;
  /** The sinks of the command line. */
  readonly sinks?: readonly string[];
  /** The rotations whose sinks are opened; an empty list for all, undefined for none. */
  readonly rotations?: readonly string[] | undefined;
  readonly purpose?: Purpose;
}

/**
 * Reads the configuration. If the files are untrusted, rejects everything that the command would run, load or contact because of
 * them.
 *
 * @throws {KeyturnError} `CONFIG_INVALID`, `USAGE_INVALID` for what is untrusted
 */
export async function loadTrusted(
  subject: Subject,
  surroundings: Surroundings,
): Promise<Config | undefined> {
  const { file } = subject;
  const { clock } = surroundings;
  if (surroundings.isUntrusted !== true)
    return file === undefined ? undefined : loadConfig(file, clock);
  const config = file === undefined || isProgram(file) ? undefined : await loadConfig(file, clock);
  const { refuseUntrusted } = await import('./untrusted.ts');
  await refuseUntrusted(subject, config, surroundings);
  return config;
}
