import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { StateStore } from '@keyturn/core/ledger';

import { findConfig } from '../config/find.ts';
import { isProgram } from '../config/load.ts';
import { type Location, stateOf } from '../session/location.ts';
import { Session } from '../session/session.ts';
import { STATE } from '../session/stores.ts';
import { loadTrusted } from '../session/trusted.ts';
import type { Surroundings } from '../surroundings.ts';

/** The configuration file of a command line, if there is one. */
export function configFile(
  flags: { readonly config?: string },
  surroundings: Surroundings,
): Promise<string | undefined> {
  return findConfig({
    directory: surroundings.directory,
    env: surroundings.env,
    uid: surroundings.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
}

/** Opens the store beside the configuration, or in the working directory; reads and requests nothing else. */
export async function openStore(
  flags: { readonly config?: string },
  surroundings: Surroundings,
): Promise<{ session: Session; store: StateStore }> {
  const session = await openSession(flags, surroundings);
  return { session, store: await session.store() };
}

/** Opens a session beside the configuration, or in the working directory. */
export async function openSession(
  flags: { readonly config?: string },
  surroundings: Surroundings,
): Promise<Session> {
  const file = await configFile(flags, surroundings);
  const directory = file === undefined ? surroundings.directory : dirname(file);
  const state = await configuredState(file, surroundings);
  return new Session(surroundings, directory, { purpose: 'reads', state });
}

/** Where the configuration keeps the ledgers. It is read only if it could say so, and if nothing else does. */
async function configuredState(
  file: string | undefined,
  surroundings: Surroundings,
): Promise<Location | undefined> {
  if (file === undefined || surroundings.env[STATE] !== undefined) return undefined;
  if (isProgram(file)) {
    if (surroundings.isUntrusted === true) return undefined;
  } else if (!(await readFile(file, 'utf8').catch(() => '')).includes('state')) return undefined;
  return stateOf(await loadTrusted({ file, purpose: 'reads' }, surroundings));
}
