import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Environment } from '@keyturn/core';
import type pg from 'pg';

import type { Location } from './location.ts';
import { passwordMissing, rootCertificateUnreadable, userMissing } from './messages.ts';
import { findPassword } from './password.ts';
import type { Timeouts } from './session.ts';

export interface ConnectorOptions {
  readonly location: Location;
  readonly where: string;
  readonly env: Environment;
  readonly directory: string;
  readonly timeouts: Timeouts;
}

/** Everything is passed explicitly: the library would take what is missing from the environment of the process. */
export async function configurationOf(options: ConnectorOptions): Promise<pg.ClientConfig> {
  const { location, where, env, timeouts } = options;
  const user = location.user ?? (env['PGUSER'] || undefined);
  if (user === undefined) throw userMissing(where);
  const ssl = await encryptionOf(options);
  return {
    host: location.host,
    port: location.port,
    database: location.database,
    user,
    password: async () => {
      const password = await findPassword(location, user, env);
      if (password === undefined) throw passwordMissing(where);
      return password.reveal();
    },
    ssl,
    sslnegotiation: 'postgres',
    application_name: 'keyturn',
    connectionTimeoutMillis: timeouts.connect,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

async function encryptionOf({
  location,
  where,
  directory,
}: ConnectorOptions): Promise<pg.ClientConfig['ssl']> {
  if (location.encryption === 'none') return false;
  const isVerified = location.encryption === 'verified';
  const path = location.rootCertificate;
  if (path === undefined) return { rejectUnauthorized: isVerified, minVersion: 'TLSv1.2' };
  const ca = await readFile(resolve(directory, path), 'utf8').catch(() => {
    throw rootCertificateUnreadable(where, path);
  });
  return { rejectUnauthorized: isVerified, minVersion: 'TLSv1.2', ca };
}
