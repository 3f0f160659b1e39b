import { defineStore, remember, type SchemaResult, type StandardSchema } from '@keyturn/core';

import { type Location, parseLocation } from './location.ts';
import { NOT_A_DATABASE } from './messages.ts';
import { createPostgresStore } from './postgres-store.ts';

const location: StandardSchema<Location> = {
  '~standard': {
    version: 1,
    vendor: 'keyturn',
    validate(value): SchemaResult<Location> {
      if (typeof value !== 'string') return { issues: [{ message: NOT_A_DATABASE }] };
      const parsed = parseLocation(value);
      if ('problem' in parsed) return { issues: [{ message: parsed.problem }] };
      return { value: parsed.location };
    },
  },
};

/**
 * Keeps ledgers in a PostgreSQL database, for many machines: appended in transactions, hash-chained, locked and fenced against a second run.
 *
 * The location is a URL: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&schema=keyturn`.
 */
export const postgresStore = defineStore({
  kind: 'postgres',
  options: location,
  env: [
    {
      name: 'PGPASSWORD',
      description: 'The password of the database, if it is not in the location',
      secret: true,
    },
    {
      name: 'PGPASSFILE',
      description: 'A file with passwords of databases, as PostgreSQL reads it',
      secret: false,
    },
    { name: 'PGUSER', description: 'The user, if it is not in the location', secret: false },
  ],
  connect(parsed, { clock, env, directory }) {
    // From now on, it is blanked in all output.
    if (parsed.password !== undefined) remember(parsed.password.reveal());
    return createPostgresStore({ location: parsed, clock, env, directory });
  },
});
