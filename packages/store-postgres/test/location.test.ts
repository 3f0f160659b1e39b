import { adapterContext } from '@keyturn/core/testing';
import { describe, expect, it } from 'vitest';

import { isLoopback, parseLocation, shownLocation } from '../src/location.ts';
import { passwordIn } from '../src/password.ts';
import { postgresStore } from '../src/store.ts';

function read(text: string) {
  const parsed = parseLocation(text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  const { password, ...rest } = parsed.location;
  return { ...rest, password: password?.reveal() };
}

describe('a location', () => {
  it('is a database with everything that is needed to reach it', () => {
    expect(
      read(
        'postgres://ana%40x:p%40ss%2Fw%23rd@db.example:6432/led%20gers?sslmode=require&sslrootcert=ca.pem&schema=prod_1&timeout=1m',
      ),
    ).toEqual({
      host: 'db.example',
      port: 6432,
      database: 'led gers',
      user: 'ana@x',
      password: 'p@ss/w#rd',
      schema: 'prod_1',
      encryption: 'unverified',
      rootCertificate: 'ca.pem',
      timeout: 60_000,
    });
    expect(read('postgresql://[::1]/x')).toMatchObject({ host: '::1', port: 5432, database: 'x' });
    expect(read('postgres:///x')).toMatchObject({ host: 'localhost', schema: 'keyturn' });
    expect(read('postgres:///x?host=/run/postgresql')).toMatchObject({ host: '/run/postgresql' });
    expect(read('postgres://%2Frun%2Fpostgresql/x')).toMatchObject({ host: '/run/postgresql' });
    expect(read('POSTGRES://Db.Example./x')).toMatchObject({ host: 'Db.Example.' });
  });

  it('is encrypted and verified unless it is on this machine, or the user says otherwise', () => {
    const encryption = (text: string) => read(text).encryption;
    expect(encryption('postgres://db.example/x')).toBe('verified');
    expect(encryption('postgres://10.0.0.1/x')).toBe('verified');
    expect(encryption('postgres://localhost.example/x')).toBe('verified');
    expect(encryption('postgres://127.0.0.1.example/x')).toBe('verified');
    expect(encryption('postgres://db.example/x?sslmode=disable')).toBe('none');
    expect(encryption('postgres://db.example/x?sslmode=require')).toBe('unverified');
    const here = ['localhost', '127.0.0.1', '127.8.8.8', '[::1]', '%2Frun%2Fpostgresql'];
    expect(here.filter((host) => encryption(`postgres://${host}/x`) !== 'none')).toEqual([]);
    expect(encryption('postgres://localhost/x?sslmode=verify-full')).toBe('verified');
    expect(isLoopback('128.0.0.1')).toBe(false);
  });

  it.each([
    'postgres:',
    'http://h/x',
    'postgres://',
    'postgres://hunter2hunter2:hunter2hunter2@h',
    'postgres://u:hunter2/hunter2@h/x',
    'postgres://u:hunter2#hunter2@h/x',
    'postgres://u:1234/hunter2@h/x',
    'postgres://u:hunter2?hunter2@h/x',
    'postgres://u:hunter2@h1,h2/x',
    'postgres://u:hunter2@h:99999/x',
    'postgres://u:hunter2%zz@h/x',
    'postgres://u:hunter2@h/x?sslmode=prefer',
    'postgres://u:hunter2@h/x?sslmode=hunter2',
    'postgres://u:hunter2@h/x?schema=Hunter2',
    'postgres://u:hunter2@h/x?schema=pg_x',
    'postgres://u:hunter2@h/x?schema=a"b',
    'postgres://u:hunter2@h/x?timeout=0',
    'postgres://u:hunter2@h/x?timeout=hunter2',
    'postgres://u:hunter2@h/x?pass%20word=hunter2',
    'postgres://u:hunter2@h/x?hunter2%26=1',
    'postgres://u:hunter2@h/x?schema=a&schema=b',
    'postgres://u:hunter2@h/x?host=relative',
    'postgres://u:hunter2@h/x?host=/run/postgresql',
    'postgres://u:hunter2@h/x%00',
    "postgres://u:hunter2@h'/x",
  ])('%s is refused in one line, without anything that may be a password', async (text) => {
    const opened = postgresStore.open(text, adapterContext());
    await expect(opened).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const error = (await opened.catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).not.toMatch(/hunter2|1234|\n/i);
    expect(error.message).toMatch(/^store postgres: /);
  });

  it('that is not text is refused', async () => {
    await expect(postgresStore.open(undefined, adapterContext())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  it('names a parameter that is not supported, and those that are', () => {
    expect(() => read('postgres://h/x?sslcert=a')).toThrow(/sslcert .*sslmode, sslrootcert/);
  });

  it('is shown without user and password', () => {
    const parsed = parseLocation('postgres://ana:hunter2@db.example/x?schema=prod');
    if ('problem' in parsed) throw new Error(parsed.problem);
    expect(shownLocation(parsed.location)).toBe('postgres://db.example:5432/x (schema prod)');
    expect(JSON.stringify(parsed.location)).not.toContain('hunter2');
  });

  it('makes no connection when it is opened', async () => {
    const store = await postgresStore.open('postgres://u@127.0.0.1:1/x', adapterContext());
    expect(store.kind).toBe('postgres');
    await store.close?.();
  });
});

describe('a password file', () => {
  const at = { host: 'h', port: 5432, database: 'x' };
  it.each([
    ['h:5432:x:u:hunter2', 'hunter2'],
    ['# h:5432:x:u:no\n*:*:*:u:hunter2', 'hunter2'],
    ['h:5432:x:other:no\nh:*:x:u:a\\:b\\\\c', 'a:b\\c'],
    ['h:5432:x:u:first\nh:5432:x:u:second', 'first'],
    ['h:5432:x:u:hunter2:rest', 'hunter2'],
    ['h:5432:x:\\*:hunter2', undefined],
    ['h:5433:x:u:hunter2', undefined],
    ['h:5432:x:u:', undefined],
    ['', undefined],
  ])('with %j gives %j', (text, password) => {
    expect(passwordIn(text, at, 'u')?.reveal()).toBe(password);
  });
});
