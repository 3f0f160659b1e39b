import { readFile } from 'node:fs/promises';

import { exitCodes, type ExitCode } from '../../exit.ts';
import type { Host } from '../../host.ts';

/** `keyturn config schema`: prints the JSON Schema that is a part of the package. */
export async function configSchema(host: Host): Promise<ExitCode> {
  const file = new URL('../schema.json', import.meta.url);
  host.stdout.write(await readFile(file, 'utf8'));
  return exitCodes.done;
}
