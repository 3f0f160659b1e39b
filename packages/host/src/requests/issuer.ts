import { dirname } from 'node:path';

import type { TokenIssuer } from '@keyturn/core';

import { usualIssuer } from '../adapters/own-kinds.ts';
import { withOptionPlaces } from '../config/issuer-option.ts';
import type { Config, IssuerConfig, RotationConfig } from '../config/config.ts';
import { findConfig } from '../config/find.ts';
import { rotationNotFound } from '../messages.ts';
import { loadTrusted } from '../session/trusted.ts';
import { Session } from '../session/session.ts';
import { accountOptions } from './account.ts';
import type { Surroundings } from '../surroundings.ts';

/** Opens the configuration's issuer, or the default one if there is no configuration. */
export async function openIssuer(
  flags: {
    readonly config?: string;
    readonly org?: string;
    readonly sink?: string;
    /** The rotation whose issuer to open. @default the issuer of all rotations */
    readonly rotation?: string;
    readonly allow?: readonly string[];
    /** Instead of the configuration's. */
    readonly issuer?: IssuerConfig;
  },
  surroundings: Surroundings,
): Promise<{ session: Session; issuer: TokenIssuer }> {
  const file = await findConfig({
    directory: surroundings.directory,
    env: surroundings.env,
    uid: surroundings.uid,
    ...(flags.config !== undefined && { explicit: flags.config }),
  });
  const config = await loadTrusted(
    {
      file,
      sinks: [flags.sink ?? []].flat(),
      // Its issuer gets the credentials.
      ...(flags.rotation !== undefined && { rotations: [flags.rotation] }),
    },
    surroundings,
  );
  const directory = file === undefined ? surroundings.directory : dirname(file);
  const session = new Session(surroundings, directory, { allow: flags.allow });
  if (flags.issuer !== undefined) {
    const { kind, options } = flags.issuer;
    return { session, issuer: await session.issuer(kind, options) };
  }
  const common = config?.issuer.kind ?? usualIssuer();
  const given = await accountOptions(flags.org, common, session);
  if (config === undefined) return { session, issuer: await session.issuer(common, given) };
  const rotation = rotationOf(config, flags.rotation);
  const { kind, options } = rotation.issuer ?? config.issuer;
  const more = rotation.issuer === undefined ? given : {};
  const issuer = await withOptionPlaces(config, rotation, given, () =>
    session.issuer(kind, { ...options, ...more }),
  );
  return { session, issuer };
}

function rotationOf(
  { file, rotations }: Config,
  wanted: string | undefined,
): Pick<RotationConfig, 'name' | 'issuer'> {
  if (wanted === undefined) return { name: '' };
  const found = rotations.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw rotationNotFound(
    wanted,
    file,
    rotations.map(({ name }) => name),
  );
}
