import { dirname } from 'node:path';

import type { StateStore } from '@keyturn/core';

import { findConfig } from '../config/index.ts';
import type { Host } from '../host.ts';
import { Session } from './session.ts';

/** The configuration that a command line means, if there is one. */
export function configFile(
  flags: { readonly config?: string },
  host: Host,
): Promise<string | undefined> {
  return findConfig({
    directory: host.directory,
    env: host.env,
    uid: host.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
}

/** Opens the store beside the configuration, or in the working directory; nothing else is read or asked. */
export async function openStore(
  flags: { readonly config?: string },
  host: Host,
): Promise<{ session: Session; store: StateStore }> {
  const session = await openSession(flags, host);
  return { session, store: await session.store() };
}

/** What is beside the configuration, or in the working directory. */
export async function openSession(
  flags: { readonly config?: string },
  host: Host,
): Promise<Session> {
  const file = await configFile(flags, host);
  const directory = file === undefined ? host.directory : dirname(file);
  return new Session(host, directory, new Set(), {}, 'reads');
}
