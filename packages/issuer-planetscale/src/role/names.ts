import type { DefaultNames, FieldNames, Layout } from '@keyturn/core';

const pair = (names: FieldNames): Layout => ({ kind: 'pair', names });
const url = (name: string): Layout => pair({ url: name });

const parts = pair({
  host: 'DATABASE_HOST',
  database: 'DATABASE_NAME',
  username: 'DATABASE_USERNAME',
  password: 'DATABASE_PASSWORD',
});
const libpq = pair({
  host: 'PGHOST',
  database: 'PGDATABASE',
  username: 'PGUSER',
  password: 'PGPASSWORD',
});

/** The names that frameworks and drivers read. One URL is the default: a sink writes it at once. */
export const names: DefaultNames = {
  pair: { url: 'DATABASE_URL' },
  file: 'DATABASE_ENV',
  slot: 'DATABASE_SLOT',
  others: [
    // PlanetScale's page for a new role.
    parts,
    libpq,
    pair({ host: 'DB_HOST', database: 'DB_NAME', username: 'DB_USER', password: 'DB_PASSWORD' }),
    url('POSTGRES_URL'),
    url('PLANETSCALE_DATABASE_URL'),
  ],
  patterns: ['DATABASE_*', 'PG*', 'POSTGRES_*'],
  readers: [
    { layout: url('DATABASE_URL'), by: 'Prisma, Rails and others' },
    { layout: libpq, by: 'psql and everything that uses libpq' },
  ],
};
