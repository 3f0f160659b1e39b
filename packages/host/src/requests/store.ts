import { dirname } from 'node:path';

import type { StateStore } from '@keyturn/core/ledger';

import { findConfig } from '../config/find.ts';
import { Session } from '../session/session.ts';
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
  return new Session(surroundings, directory, { purpose: 'reads' });
}
