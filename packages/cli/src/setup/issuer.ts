import { dirname } from 'node:path';

import type { TokenIssuer } from '@keyturn/core';

import { findConfig, loadTrusted } from '../config/index.ts';
import type { Host } from '../host.ts';
import { Session } from './session.ts';

/** Opens the configuration's issuer, or the default one where there is no configuration. */
export async function openIssuer(
  flags: {
    readonly config?: string;
    readonly org?: string;
    readonly sink?: string;
    readonly allow?: readonly string[];
  },
  host: Host,
): Promise<{ session: Session; issuer: TokenIssuer }> {
  const file = await findConfig({
    directory: host.directory,
    env: host.env,
    uid: host.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  const config = await loadTrusted({ file, sinks: [flags.sink ?? []].flat() }, host);
  const directory = file === undefined ? host.directory : dirname(file);
  const session = new Session(host, directory, new Set(flags.allow));
  const options = { ...config?.issuer.options, ...(flags.org !== undefined && { org: flags.org }) };
  return { session, issuer: await session.issuer(config?.issuer.kind ?? 'planetscale', options) };
}
