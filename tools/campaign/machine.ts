import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Ledgers } from './stores/ledgers.ts';

/** A machine that runs the program: all of its disk is one folder. */
export interface Machine {
  readonly root: string;
  /** The working folder or clone, with the configuration. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** @param isAlone the machine does not see the processes of others */
export async function newMachine(
  root: string,
  configuration: object,
  ledgers: Ledgers,
  isAlone: boolean,
): Promise<Machine> {
  const [folder, home, temporary] = [join(root, 'work'), join(root, 'home'), join(root, 'tmp')];
  for (const path of [root, home, temporary]) await mkdir(path);
  await ledgers.furnish(folder);
  await writeFile(join(folder, 'keyturn.config.json'), JSON.stringify(configuration));
  const boot = isAlone && { KEYTURN_MACHINE: root };
  return { root, folder, env: { HOME: home, TMPDIR: temporary, ...boot } };
}

/** Its disk is gone. What still runs on it may write at the same time. */
export async function loseMachine({ root }: Machine): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 20 });
}
