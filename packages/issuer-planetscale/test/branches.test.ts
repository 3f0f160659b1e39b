import type { Layout } from '@keyturn/core';
import { layoutNames } from '@keyturn/core/unstable';
import { describe, expect, it } from 'vitest';

import tokens from '../src/index.ts';
import passwords from '../src/password/index.ts';
import roles from '../src/role/index.ts';

const shown = (layout: Layout): string => layoutNames(layout).join(' ');

describe.each([
  [
    passwords,
    'DATABASE_URL',
    [
      'DATABASE_HOST DATABASE_USERNAME DATABASE_PASSWORD',
      'DB_HOST DB_USERNAME DB_PASSWORD',
      'PLANETSCALE_DB_HOST PLANETSCALE_DB_USERNAME PLANETSCALE_DB_PASSWORD',
      'PLANETSCALE_DATABASE_URL',
      'MYSQL_URL',
    ],
    [
      'DATABASE_URL',
      'DATABASE_HOST DATABASE_USERNAME DATABASE_PASSWORD',
      'DB_HOST DB_USERNAME DB_PASSWORD',
    ],
  ],
  [
    roles,
    'DATABASE_URL',
    [
      'DATABASE_HOST DATABASE_NAME DATABASE_USERNAME DATABASE_PASSWORD',
      'PGHOST PGDATABASE PGUSER PGPASSWORD',
      'DB_HOST DB_NAME DB_USER DB_PASSWORD',
      'POSTGRES_URL',
      'PLANETSCALE_DATABASE_URL',
    ],
    ['DATABASE_URL', 'PGHOST PGDATABASE PGUSER PGPASSWORD'],
  ],
] as const)('$kind', (adapter, usual, others, readers) => {
  const { names, fields = {}, env, leaks, account } = adapter;

  it('has the names of frameworks and drivers', () => {
    expect(shown({ kind: 'pair', names: names.pair })).toBe(usual);
    expect(names.others?.map(shown)).toEqual(others);
    expect(names.readers?.map(({ layout }) => shown(layout))).toEqual(readers);
    expect([names.file, names.slot]).toEqual(['DATABASE_ENV', 'DATABASE_SLOT']);
  });

  it('has public fields and secret ones', () => {
    const secret = Object.keys(fields).filter((name) => fields[name] === 'secret');
    const open = Object.keys(fields).filter((name) => fields[name] === 'public');
    expect(secret).toEqual(['password', 'url']);
    expect(open).toEqual(['id', 'username', 'host', ...(adapter === roles ? ['database'] : [])]);
  });

  it('has no names for fields that there are not', () => {
    const layouts: readonly Layout[] = [
      { kind: 'pair', names: names.pair },
      ...(names.others ?? []),
      ...(names.readers ?? []).map(({ layout }) => layout),
    ];
    for (const layout of layouts)
      expect(Object.keys(fields)).toEqual(
        expect.arrayContaining(Object.keys('names' in layout ? layout.names : {})),
      );
  });

  it('acts with the variables of the kind planetscale', () => {
    const declared = (all: typeof env) =>
      all.map(({ name, secret, pipeline }) => [name, secret, pipeline?.secret]);
    expect(declared(env)).toEqual(declared(tokens.env));
    expect(account).toMatchObject({ option: 'org', variable: 'PLANETSCALE_ORG' });
  });

  it('knows its passwords by their form', () => {
    expect(leaks).toHaveLength(1);
    const [leak] = leaks ?? [];
    expect(leak?.prefix).toBe('pscale_pw_');
    const form = new RegExp(`^${leak?.pattern}$`);
    expect('pscale_pw_abcdefghijklmnop0123').toMatch(form);
    expect('pscale_pw_short').not.toMatch(form);
    expect('pscale_tkn_abcdefghijklmnop0123').not.toMatch(form);
  });
});
