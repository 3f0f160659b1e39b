import { dirname } from 'node:path';

import type { TokenIssuer } from '@keyturn/core';

import { usualIssuer } from '../adapters/own-kinds.ts';
import { withOptionPlaces } from '../config/issuer-option.ts';
import { findConfig } from '../config/find.ts';
import { loadTrusted } from '../session/trusted.ts';
import { Session } from '../session/session.ts';
import type { Surroundings } from '../surroundings.ts';

/** Opens the configuration's issuer, or the default one if there is no configuration. */
export async function openIssuer(
  flags: {
    readonly config?: string;
    readonly org?: string;
    readonly sink?: string;
    readonly allow?: readonly string[];
  },
  surroundings: Surroundings,
): Promise<{ session: Session; issuer: TokenIssuer }> {
  const file = await findConfig({
    directory: surroundings.directory,
    env: surroundings.env,
    uid: surroundings.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  const config = await loadTrusted({ file, sinks: [flags.sink ?? []].flat() }, surroundings);
  const directory = file === undefined ? surroundings.directory : dirname(file);
  const session = new Session(surroundings, directory, { allow: flags.allow });
  const given = flags.org === undefined ? {} : { org: flags.org };
  if (config === undefined) return { session, issuer: await session.issuer(usualIssuer(), given) };
  const { kind, options } = config.issuer;
  const issuer = await withOptionPlaces(config, given, () =>
    session.issuer(kind, { ...options, ...given }),
  );
  return { session, issuer };
}
