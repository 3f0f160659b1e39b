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
    ['mysql://u:hunter2@host/db', 'has the unknown scheme "mysql:"'],
    ['MySQL://u:hunter2@host/db', 'has the unknown scheme "mysql:"'],
    ['https://hunter2@host/state', 'has the unknown scheme "https:"'],
    ['file:///var/lib/keyturn', 'has the unknown scheme "file:"'],
    ['jdbc:postgresql://u:hunter2@host/db', 'has an unknown scheme'],
    ['postgress://u:hunter2@host/db', 'has the unknown scheme "postgress:"'],
    ['my_sql://u:hunter2@host/db', 'has an unknown scheme'],
    ['://u:hunter2@host/db', 'has an unknown scheme'],
    ['m://u:hunter2@host/db', 'has an unknown scheme'],
    ['u:hunter2@host/db', 'has an unknown scheme'],
    ['ana:hunter2@host/db', 'has an unknown scheme'],
    ['git@host:acme/web.git', 'has an unknown scheme'],
    ['redis:hunter2', 'has an unknown scheme'],
    ['constructor://hunter2', 'has the unknown scheme "constructor:"'],
    [' mysql://u:hunter2@host/db', 'has a space at an end or a control character in it'],
    ['/var/lib/keyturn\n', 'has a space at an end or a control character in it'],
    ['/var/\0hunter2', 'has a space at an end or a control character in it'],
    ['"/var/lib/keyturn"', 'has quotes around it'],
    ["'mysql://u:hunter2@host/db'", 'has quotes around it'],
    ['~/keyturn', 'begins with ~, which only a shell expands'],
    ['~', 'begins with ~, which only a shell expands'],
    ['', 'is empty'],
    ['  ', 'is empty'],
  ])('is a mistake, and nothing of it is told: %j', (location, what) => {
    let error: unknown;
    try {
      storeKindOf(location, 'KEYTURN_STATE');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', effect: 'none' });
    expect((error as KeyturnError).message).toBe(`KEYTURN_STATE ${what}`);
    expect(
      JSON.stringify([(error as KeyturnError).message, (error as KeyturnError).hint]),
    ).not.toContain(secret);
    expect((error as KeyturnError).hint).not.toBe('');
  });
});
