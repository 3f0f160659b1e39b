import { readFile } from 'node:fs/promises';

import { chain, EMPTY } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import { startProxy } from './support/proxy.ts';
import { useServer, withServer } from './support/server.ts';
import {
  append,
  AT,
  calm,
  collect,
  freshSchema,
  locationOf,
  opened,
  openStore,
  started,
} from './support/stores.ts';

const server = await useServer();
const password = 'a password for tests';

/** The statements that the README gives, for another schema and other roles. */
async function grantsOf(schema: string, database = 'postgres'): Promise<readonly string[]> {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  return [...text.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block
      .replaceAll('keyturn.', `"${schema}".`)
      .replaceAll(/SCHEMA keyturn\b/g, `SCHEMA "${schema}"`)
      .replaceAll('TO keyturn_reader', `TO ${schema}_read`)
      .replaceAll(/TO keyturn\b/g, `TO ${schema}_run`)
      .replaceAll('DATABASE ops', `DATABASE ${database}`),
  );
}

let schema = '';
beforeEach(async () => {
  schema = freshSchema();
});

async function makeRoles(): Promise<void> {
  for (const role of ['run', 'read'])
    await server().sql(`create role ${schema}_${role} login password '${password}'`);
}

/** A ledger with one record, written by the superuser. */
async function writeFirst(): Promise<void> {
  const owner = openStore(locationOf(server(), schema));
  const lock = await owner.lock('one', 'owner', calm);
  await append(lock, EMPTY, opened(), started('a'));
  await lock.release(calm);
}

const as = (role: 'run' | 'read') =>
  openStore(locationOf(server(), schema, { user: `${schema}_${role}`, password }));

await withServer(async () => {
  describe('the privileges in the README', () => {
    it('are enough for a role that runs, and for one that reads', async () => {
      await makeRoles();
      await writeFirst();
      const [forRuns = '', forReading = ''] = await grantsOf(schema);
      await server().sql(forRuns);
      await server().sql(forReading);

      const runs = as('run');
      expect(await runs.check(calm)).toMatchObject({ problems: [], warnings: expect.anything() });
      const lock = await runs.lock('one', 'run', calm);
      const { revision } = await runs.open('one', calm);
      await append(lock, revision, started('b'));
      await lock.confirm(calm);
      expect(await runs.claim('one', 'key', calm)).toBe(true);
      expect(await runs.holders('b', calm)).toEqual(['one']);
      const limit = { key: 'host', points: 5, windowMs: 60_000 };
      const points = { needed: 1, wanted: 9 };
      expect(await runs.take(limit, points, calm)).toMatchObject({ points: 5 });
      expect(await runs.take(limit, points, calm)).toMatchObject({ points: 0 });
      const reads = as('read');
      expect(await reads.holder('one', calm)).toContain('run');
      await lock.release(calm);
      expect(await runs.unlock('one', calm)).toBeUndefined();

      expect(await collect(reads.history('one', calm))).toHaveLength(3);
      expect((await reads.open('one', calm)).records).toHaveLength(3);
      expect(await reads.rotations(calm)).toEqual(['one']);
      expect(await reads.holders('a', calm)).toEqual(['one']);
      await expect(reads.lock('one', 'x', calm)).rejects.toMatchObject({
        code: 'STATE_FAILED',
        message: expect.stringContaining('permission denied'),
      });
      expect(await reads.check(calm)).toMatchObject({
        problems: [{ message: expect.stringContaining(`INSERT on ${schema}.records`) }],
      });
      for (const statement of ['update', 'delete from'])
        await expect(
          server().sql(
            `set role ${schema}_run; ${statement} "${schema}".records ${statement === 'update' ? "set record = ''" : ''}`,
          ),
        ).rejects.toMatchObject({ code: '42501' });
    });

    it('let a role make the tables itself', async () => {
      await makeRoles();
      const [, , forMaking = ''] = await grantsOf(schema);
      const runs = as('run');
      const problem = {
        code: 'STATE_FAILED',
        message: expect.stringContaining(`may not create the schema ${schema}`),
        hint: expect.stringContaining('README'),
      };
      await expect(runs.lock('one', 'x', calm)).rejects.toMatchObject(problem);
      expect(await runs.check(calm)).toMatchObject({ problems: [problem] });
      expect(await runs.open('one', calm)).toEqual({ records: [], revision: EMPTY });
      await server().sql(forMaking);
      expect(await runs.check(calm)).toMatchObject({ problems: [] });
      await (await runs.lock('one', 'x', calm)).release(calm);
      expect(await runs.check(calm)).toMatchObject({ problems: [] });
      await server().sql(`revoke create on database postgres from ${schema}_run`);
    });

    it('are missed with one clear line', async () => {
      await makeRoles();
      await writeFirst();
      const runs = as('run');
      for (const call of [
        () => runs.open('one', calm),
        () => runs.rotations(calm),
        () => runs.lock('one', 'x', calm),
        () => runs.claim('one', 'x', calm),
      ])
        await expect(call()).rejects.toMatchObject({
          code: 'STATE_FAILED',
          effect: 'none',
          message: expect.stringMatching(/permission denied$/),
          hint: expect.stringContaining('README'),
        });
    });
  });

  describe('check', () => {
    it('changes nothing, and finds a server without sync', async () => {
      const store = openStore(locationOf(server(), schema));
      expect(await store.check(calm)).toEqual({
        location: `postgres://127.0.0.1:${server().port}/postgres (schema ${schema})`,
        warnings: [expect.stringContaining('fsync is off')],
        problems: [],
      });
      const rows = await server().sql(`select from pg_namespace where nspname = '${schema}'`);
      expect(rows).toHaveLength(0);
    });

    it('reports a server that cannot be reached, a wrong password, and a missing database', async () => {
      const location = locationOf(server(), schema);
      const proxy = await startProxy(server().port);
      proxy.isClosed = true;
      const problemOf = async (change: object): Promise<unknown> =>
        (await openStore({ ...location, ...change }).check(calm)).problems[0]?.message;
      expect(await problemOf({ port: 1 })).toContain('connection refused');
      expect(await problemOf({ port: proxy.port })).toContain('cut');
      expect(await problemOf({ database: 'missing' })).toContain('database does not exist');
      expect(await problemOf({ user: 'nobody' })).toContain('password is wrong');
      expect(await problemOf({ password: undefined })).toContain('asks for a password');
      expect(await problemOf({ user: undefined })).toContain('user is missing');
      expect(await problemOf({ host: 'host.invalid', encryption: 'none' })).toMatch(/host/);
    });

    it('reports a database in another encoding, and one that may only be read', async () => {
      await server().sql("create database latin encoding 'LATIN1' template template0 locale 'C'");
      const latin = openStore({ ...locationOf(server(), schema), database: 'latin' });
      expect((await latin.check(calm)).problems[0]?.message).toContain('LATIN1');
      await server().sql(`create role ${schema}_ro login password '${password}' superuser;
        alter role ${schema}_ro set default_transaction_read_only = on`);
      const reads = openStore(locationOf(server(), schema, { user: `${schema}_ro`, password }));
      expect((await reads.check(calm)).problems[0]?.message).toContain('read-only');
    });
  });

  describe('the tables', () => {
    it('are made once by runs that start together', async () => {
      const stores = Array.from({ length: 6 }, () => openStore(locationOf(server(), schema)));
      const locks = await Promise.all(
        stores.map((store, index) => store.lock(`rotation-${index}`, 'x', calm)),
      );
      for (const lock of locks) await lock.release(calm);
      const rows = await server().sql(`select version from "${schema}".migrations`);
      expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
    });

    it('of a later version are refused, by readers and writers', async () => {
      await writeFirst();
      await server().sql(`insert into "${schema}".migrations (version) values (7)`);
      const store = openStore(locationOf(server(), schema));
      const refusal = {
        code: 'STATE_FAILED',
        message: expect.stringContaining('version 7'),
        hint: expect.stringContaining('Update @keyturn/store-postgres'),
      };
      await expect(store.open('one', calm)).rejects.toMatchObject(refusal);
      await expect(store.lock('one', 'x', calm)).rejects.toMatchObject(refusal);
      await expect(store.claim('one', 'x', calm)).rejects.toMatchObject(refusal);
      expect(await store.check(calm)).toMatchObject({ problems: [refusal] });
    });

    it('are not made by reading', async () => {
      const store = openStore(locationOf(server(), schema));
      expect(await store.open('one', calm)).toEqual({ records: [], revision: EMPTY });
      expect(await collect(store.history('one', calm))).toEqual([]);
      expect(await store.holders('a', calm)).toEqual([]);
      expect(await store.holder('one', calm)).toBeUndefined();
      expect(await store.unlock('one', calm)).toBeUndefined();
      const rows = await server().sql(`select from pg_namespace where nspname = '${schema}'`);
      expect(rows).toHaveLength(0);
    });

    it('reveal what was changed in them', async () => {
      await writeFirst();
      const store = openStore(locationOf(server(), schema));
      const change = (what: string) => server().sql(`update "${schema}".records set ${what}`);
      const corrupt = async (message: string): Promise<void> => {
        await expect(store.open('one', calm)).rejects.toMatchObject({
          code: 'STATE_CORRUPT',
          message: expect.stringMatching(message),
        });
        await expect(collect(store.history('one', calm))).rejects.toMatchObject({
          code: 'STATE_CORRUPT',
        });
      };
      // The last record, which no other record proves.
      await change('record = replace(record, \'"a"\', \'"b"\') where seq = 2');
      await corrupt('ledger "one" record 2: the record does not match');
      await change('record = replace(record, \'"b"\', \'"a"\') where seq = 2');
      await store.open('one', calm);
      await change("hash = 'x' where seq = 1");
      await corrupt('record 1');
      await server().sql(`delete from "${schema}".records where seq = 1`);
      await corrupt('record 2');
    });

    it('of a ledger that went back refuse the next append', async () => {
      await writeFirst();
      const store = openStore(locationOf(server(), schema));
      const lock = await store.lock('one', 'x', calm);
      const { revision } = await store.open('one', calm);
      await server().sql(`delete from "${schema}".records where seq = 2`);
      await expect(
        lock.append(chain(revision, [started('b')], AT), revision, { ...calm, durable: 'now' }),
      ).rejects.toMatchObject({ code: 'STATE_CONFLICT', effect: 'none' });
      expect(await server().sql(`select from "${schema}".records`)).toHaveLength(1);
      await lock.release(calm);
    });
  });
});
