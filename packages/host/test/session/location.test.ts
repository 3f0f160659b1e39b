import type { KeyturnError } from '@keyturn/core';
import { describe, expect, it } from 'vitest';

import { storeKindOf } from '../../src/session/location.ts';

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
    expect(storeKindOf(location, 'KEYTURN_STATE')).toBe('file');
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
    expect(storeKindOf(location, 'KEYTURN_STATE')).toBe(kind);
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
      storeKindOf(location, 'KEYTURN_STATE');
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
});
