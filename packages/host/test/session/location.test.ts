import type { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { ownSchemes } from '../../src/adapters/own-kinds.ts';
import { refusedScheme, schemeOf, shownLocation } from '../../src/session/location.ts';

describe('where ledgers are kept', () => {
  it.each([
    '.keyturn',
    '/var/lib/keyturn',
    'state/a:b',
    './a:b',
    '../a:b@c',
    './mysql://u:pw@host/db',
    'a b/c',
    'state@home',
    './~',
    '~state',
    'C:\\ProgramData\\keyturn',
    'c:/state',
    'C:state',
    'C:\\Users\\ana@corp',
    'D:',
    '\\\\server\\share',
    '//server/share',
    'état',
  ])('is a folder: %s', (location) => {
    expect(schemeOf({ text: location, source: 'KEYTURN_STATE' })).toBe(undefined);
  });

  it.each([
    ['git', 'git:origin#keyturn-ledger'],
    ['git', 'git:origin'],
    ['git', 'git+https://u:pw@host/repo.git#main'],
    ['git', 'git+ssh://git@host/repo.git'],
    ['git', 'git+file:///srv/repo.git'],
    ['git', 'GIT+HTTPS://host/repo.git'],
    ['postgres', 'postgres://u:pw@host/db'],
    ['postgres', 'postgresql://u:pw@host/db'],
    ['postgres', 'Postgres:host'],
    ['s3', 's3://bucket/prefix'],
  ])('is a %s store: %s', (kind, location) => {
    const scheme = schemeOf({ text: location, source: 'KEYTURN_STATE' });
    expect(ownSchemes().get(scheme ?? '')).toBe(kind);
  });

  const secret = 'hunter2';
  it.each([
    ['mysql://u:hunter2@host/db', 'unknown scheme "mysql:"'],
    ['MySQL://u:hunter2@host/db', 'unknown scheme "mysql:"'],
    ['https://hunter2@host/state', 'unknown scheme "https:"'],
    ['file:///var/lib/keyturn', 'unknown scheme "file:"'],
    ['jdbc:postgresql://u:hunter2@host/db', 'unknown scheme'],
    ['postgress://u:hunter2@host/db', 'unknown scheme "postgress:"'],
    ['my_sql://u:hunter2@host/db', 'unknown scheme'],
    ['://u:hunter2@host/db', 'unknown scheme'],
    ['m://u:hunter2@host/db', 'unknown scheme'],
    ['u:hunter2@host/db', 'unknown scheme'],
    ['ana:hunter2@host/db', 'unknown scheme'],
    ['git@host:acme/web.git', 'unknown scheme'],
    ['redis:hunter2', 'unknown scheme'],
    ['constructor://hunter2', 'unknown scheme "constructor:"'],
    [' mysql://u:hunter2@host/db', 'space'],
    ['/var/lib/keyturn\n', 'space'],
    ['/var/\0hunter2', 'space'],
    ['"/var/lib/keyturn"', 'quotes'],
    ["'mysql://u:hunter2@host/db'", 'quotes'],
    ['~/keyturn', '~'],
    ['~', '~'],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('is a mistake, and nothing of it is told: %j', (location, what) => {
    let error: unknown;
    try {
      const given = { text: location, source: 'KEYTURN_STATE' };
      const scheme = schemeOf(given);
      if (scheme !== undefined && !ownSchemes().has(scheme)) throw refusedScheme(given, scheme);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect((error as KeyturnError).message).toMatch(/^KEYTURN_STATE /);
    expect((error as KeyturnError).message).toContain(what);
    expect(
      JSON.stringify([(error as KeyturnError).message, (error as KeyturnError).hint]),
    ).not.toContain(secret);
    expect((error as KeyturnError).hint).not.toBe('');
  });

  it.each([
    ['postgres://u:hunter2@host/db?sslmode=require', 'postgres://host/db'],
    ['git+https://u:hunter2@host/repo.git#main', 'git+https://host/repo.git#main'],
    ['git+https://u:p@ss@host/repo.git', 'git+https://host/repo.git'],
    ['s3://bucket/prefix?endpoint=https://u:hunter2@host', 's3://bucket/prefix'],
    ['git:origin#keyturn-ledger', 'git:origin#keyturn-ledger'],
  ])('is shown without users and passwords: %s', (location, shown) => {
    expect(shownLocation(location)).toBe(shown);
  });
});
