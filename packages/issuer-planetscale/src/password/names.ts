import type { DefaultNames, FieldNames, Layout } from '@keyturn/core';

const pair = (names: FieldNames): Layout => ({ kind: 'pair', names });
const url = (name: string): Layout => pair({ url: name });

/** The names that frameworks and drivers read. One URL is the default: a sink writes it at once. */
export const names: DefaultNames = {
  pair: { url: 'DATABASE_URL' },
  file: 'DATABASE_ENV',
  slot: 'DATABASE_SLOT',
  others: [
    pair({
      host: 'DATABASE_HOST',
      username: 'DATABASE_USERNAME',
      password: 'DATABASE_PASSWORD',
    }),
    pair({ host: 'DB_HOST', username: 'DB_USERNAME', password: 'DB_PASSWORD' }),
    pair({
      host: 'PLANETSCALE_DB_HOST',
      username: 'PLANETSCALE_DB_USERNAME',
      password: 'PLANETSCALE_DB_PASSWORD',
    }),
    url('PLANETSCALE_DATABASE_URL'),
    url('MYSQL_URL'),
  ],
  patterns: ['DATABASE_*', 'DB_*', 'MYSQL_*'],
  readers: [
    { layout: url('DATABASE_URL'), by: 'Prisma, Rails and others' },
    {
      layout: pair({
        host: 'DATABASE_HOST',
        username: 'DATABASE_USERNAME',
        password: 'DATABASE_PASSWORD',
      }),
      by: '@planetscale/database, as its documentation shows it',
    },
    {
      layout: pair({ host: 'DB_HOST', username: 'DB_USERNAME', password: 'DB_PASSWORD' }),
      by: 'Laravel',
    },
  ],
};
