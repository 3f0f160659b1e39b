import { systemClock } from '@keyturn/core';
import { chain, EMPTY, type Revision, type RotationEvent } from '@keyturn/core/ledger';
import { Client } from 'pg';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { startProxy, type Fault } from './support/proxy.ts';
import { PASSWORD, useServer, withServer } from './support/server.ts';
import {
  append,
  AT,
  calm,
  freshSchema,
  labels,
  locationOf,
  opened,
  openStore,
  started,
  type Store,
} from './support/stores.ts';

const server = await useServer();

type TestLock = Awaited<ReturnType<Store['lock']>>;

let schema = '';
beforeEach(() => {
  schema = freshSchema();
});

function later(lock: TestLock, revision: Revision, ...events: RotationEvent[]): Promise<Revision> {
  return lock.append(chain(revision, events, AT), revision, { ...calm, durable: 'with-the-next' });
}

/** A store behind a proxy, one that is not, and a lock with the first record. */
async function behindProxy(timeout = 15_000) {
  const proxy = await startProxy(server().port);
  const direct = openStore(locationOf(server(), schema), { lease: 100 });
  const location = { ...locationOf(server(), schema, { port: proxy.port }), timeout };
  const store = openStore(location, { patience: 5000, connectTimeout: 5000 });
  const lock = await store.lock('one', 'x', calm);
  const revision = await append(lock, EMPTY, opened());
  const next = (fault: Fault): void => {
    const at = proxy.requests + 1;
    proxy.decide = (request) => (request === at ? fault : undefined);
  };
  return { proxy, direct, store, lock, revision, next };
}

/** Somebody else's transaction, which has the row of a lock. */
async function block(): Promise<() => Promise<void>> {
  const client = new Client({
    host: '127.0.0.1',
    port: server().port,
    user: 'admin',
    password: PASSWORD,
    database: 'postgres',
    ssl: false,
  });
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  await client.query('begin');
  await client.query(`select from "${schema}".locks for update`);
  return async () => {
    await client.query('commit');
    await client.end();
  };
}

/** Waits until so many sessions of ours wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  const waiting = async (): Promise<number> => {
    const rows = await server().sql(
      "select from pg_stat_activity where application_name = 'keyturn' and wait_event_type = 'Lock'",
    );
    return rows.length;
  };
  await expect.poll(waiting, { interval: 10, timeout: 5000 }).toBe(count);
}

await withServer(async () => {
  describe('records that may wait', () => {
    it('are written with the next append, in one statement', async () => {
      const { proxy, direct, lock, revision } = await behindProxy();
      const before = proxy.requests;
      const second = await later(lock, revision, started('a'));
      const third = await later(lock, second, started('b'));
      expect(proxy.requests).toBe(before);
      expect(await labels(direct)).toEqual([]);
      const fourth = await append(lock, third, started('c'));
      expect(proxy.requests).toBe(before + 1);
      expect(await labels(direct)).toEqual(['a', 'b', 'c']);
      await later(lock, fourth, started('d'));
      await lock.release(calm);
      expect(await labels(direct)).toEqual(['a', 'b', 'c', 'd']);
    });

    it('are written by an append without records', async () => {
      const { proxy, direct, lock, revision } = await behindProxy();
      const second = await later(lock, revision, started('a'));
      expect(await lock.append([], second, { ...calm, durable: 'now' })).toBe(second);
      expect(await labels(direct)).toEqual(['a']);
      const before = proxy.requests;
      expect(await lock.append([], second, { ...calm, durable: 'now' })).toBe(second);
      expect(proxy.requests).toBe(before);
      await expect(lock.append([], revision, { ...calm, durable: 'now' })).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
      });
      await lock.release(calm);
    });

    it('that do not follow what waits are refused, and what waits is kept', async () => {
      const { direct, lock, revision } = await behindProxy();
      const second = await later(lock, revision, started('a'));
      await expect(later(lock, revision, started('b'))).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
        effect: 'none',
      });
      await append(lock, second, started('c'));
      await lock.release(calm);
      expect(await labels(direct)).toEqual(['a', 'c']);
    });

    it('and cannot be written are reported by the release, which ends the lock', async () => {
      const { proxy, direct, lock, revision } = await behindProxy();
      await later(lock, revision, started('a'));
      const told = new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
      proxy.isClosed = true;
      proxy.cut();
      await told;
      await expect(lock.release(calm)).rejects.toMatchObject({ code: 'STATE_LOST' });
      await lock.release(calm).catch(() => {});
      await (await direct.lock('one', 'y', calm)).release(calm);
      expect(await labels(direct)).toEqual([]);
    });
  });

  describe('an append whose answer is lost', () => {
    it('is found by the hash of its record, and succeeds; the lock is over', async () => {
      const { direct, lock, revision, next } = await behindProxy();
      next('lose');
      const end = await append(lock, revision, started('a'));
      expect((await direct.open('one', calm)).revision).toBe(end);
      expect(lock.signal.aborted).toBe(true);
      await expect(append(lock, end, started('b'))).rejects.toMatchObject({ code: 'STATE_LOST' });
      await expect(lock.confirm(calm)).rejects.toMatchObject({ code: 'STATE_LOST' });
      await lock.release(calm);
      expect(await labels(direct)).toEqual(['a']);
    });

    it('and that never arrived is not there, for certain', async () => {
      const { direct, lock, revision, next } = await behindProxy();
      next('cut');
      await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
        code: 'STATE_LOST',
        effect: 'none',
      });
      await lock.release(calm);
      expect(await labels(direct)).toEqual([]);
    });

    it('is unknown if the database cannot be asked', async () => {
      const { proxy, direct, lock, revision, next } = await behindProxy();
      next('lose');
      proxy.isClosed = true;
      await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
        code: 'STATE_FAILED',
        effect: 'unknown',
      });
      await lock.release(calm);
      expect(await labels(direct)).toEqual(['a']);
    });

    it('is waited for while the old session still works on it', async () => {
      const { proxy, direct, lock, revision } = await behindProxy();
      const unblock = await block();
      const appended = append(lock, revision, started('a'));
      await untilWaiting(1);
      proxy.cut();
      // The look-up waits for the same row as the append that it asks about.
      await untilWaiting(2);
      await unblock();
      const end = await appended;
      expect((await direct.open('one', calm)).revision).toBe(end);
      expect(lock.signal.aborted).toBe(true);
      await lock.release(calm);
    });

    it('is unknown if the old session works on it for too long', async () => {
      const { proxy, lock, revision } = await behindProxy(1000);
      const unblock = await block();
      const appended = append(lock, revision, started('a')).catch((error: unknown) => error);
      await untilWaiting(1);
      proxy.cut();
      expect(await appended).toMatchObject({ code: expect.stringMatching(/^STATE_/) });
      await unblock();
      await lock.release(calm);
    });
  });

  describe('an append that the server refuses', () => {
    it('has no effect, and the run can go on', async () => {
      const { direct, lock, revision } = await behindProxy(1000);
      const unblock = await block();
      await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
        code: 'STATE_FAILED',
        effect: 'none',
      });
      await unblock();
      expect(lock.signal.aborted).toBe(false);
      await append(lock, revision, started('b'));
      await lock.release(calm);
      expect(await labels(direct)).toEqual(['b']);
    });

    it('is refused also when the same number was written behind the lock', async () => {
      const { direct, lock, revision } = await behindProxy();
      await server().sql(
        `insert into "${schema}".records values ('one', 2, 'x', false, '{}', 'x')`,
      );
      await expect(append(lock, revision, started('a'))).rejects.toMatchObject({
        code: 'STATE_CONFLICT',
        effect: 'none',
      });
      await lock.release(calm);
      await expect(direct.open('one', calm)).rejects.toMatchObject({ code: 'STATE_CORRUPT' });
    });
  });

  describe('a call that is interrupted', () => {
    it('is canceled on the server', async () => {
      const { direct, lock, revision } = await behindProxy();
      const unblock = await block();
      const controller = new AbortController();
      const appended = lock.append(chain(revision, [started('a')], AT), revision, {
        signal: controller.signal,
        durable: 'now',
      });
      const outcome = appended.catch((error: unknown) => error);
      await untilWaiting(1);
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'STATE_FAILED', effect: 'none' });
      await untilWaiting(0);
      await unblock();
      await lock.release(calm);
      expect(await labels(direct)).toEqual([]);
    });

    it('gives back a lock that comes too late', async () => {
      const { direct, store, lock } = await behindProxy();
      await lock.release(calm);
      const controller = new AbortController();
      const late = store.lock('one', 'x', { signal: controller.signal });
      const outcome = late.catch((error: unknown) => error);
      controller.abort();
      expect(await outcome).toMatchObject({ code: 'INTERRUPTED' });
      await (await direct.lock('one', 'y', calm)).release(calm);
    });
  });

  describe('a claim whose answer is lost', () => {
    it('is found again', async () => {
      const { direct, store, next, lock } = await behindProxy();
      await lock.release(calm);
      expect(await store.claim('one', 'first', calm)).toBe(true);
      next('lose');
      expect(await store.claim('one', 'key', calm)).toBe(true);
      expect(await direct.claim('one', 'key', calm)).toBe(false);
      next('cut');
      expect(await store.claim('one', 'other', calm)).toBe(true);
      expect(await store.claim('one', 'other', calm)).toBe(false);
    });

    it('is unknown if the database cannot be asked', async () => {
      const { proxy, store, next, lock } = await behindProxy();
      await lock.release(calm);
      await store.claim('one', 'first', calm);
      next('lose');
      proxy.isClosed = true;
      await expect(store.claim('one', 'key', calm)).rejects.toMatchObject({
        code: 'STATE_FAILED',
        effect: 'unknown',
      });
    });
  });

  describe('the store', () => {
    it('reads with four connections at most, and has none left after it was closed', async () => {
      const store = openStore(locationOf(server(), schema));
      const lock = await store.lock('one', 'x', calm);
      await append(lock, EMPTY, opened(), started('a'));
      const count = async (): Promise<number> => {
        const rows = await server().sql(
          "select from pg_stat_activity where application_name = 'keyturn'",
        );
        return rows.length;
      };
      await Promise.all(Array.from({ length: 40 }, () => store.open('one', calm)));
      expect(await count()).toBe(5);
      await store.close();
      await expect.poll(count, { interval: 10 }).toBe(0);
      await expect(store.open('one', calm)).rejects.toMatchObject({ code: 'STATE_FAILED' });
      await expect(append(lock, EMPTY, opened())).rejects.toMatchObject({ code: 'STATE_LOST' });
    });

    it('has the clock of the server', async () => {
      const store = openStore(locationOf(server(), schema));
      const before = systemClock.now();
      const now = await store.now(calm);
      expect(now).toBeGreaterThanOrEqual(before - 1);
      expect(now).toBeLessThanOrEqual(systemClock.now() + 1);
    });

    it('is not led astray by defaults of role and database', async () => {
      await server().sql(`create role ${schema} login superuser password 'a password for tests';
        alter role ${schema} set synchronous_commit = off;
        alter role ${schema} set default_transaction_isolation = 'serializable';
        alter role ${schema} set statement_timeout = 0;
        alter role ${schema} set client_encoding = 'LATIN1';
        create schema evil_${schema};
        alter role ${schema} set search_path = evil_${schema}, pg_catalog;
        create function evil_${schema}.strpos(text, text) returns integer language sql as 'select 0'`);
      const location = locationOf(server(), schema, {
        user: schema,
        password: 'a password for tests',
      });
      const store = openStore(location);
      const lock = await store.lock('naïve 密码 🔑', 'é', calm);
      await server()
        .sql(`create function "${schema}".note() returns trigger language plpgsql as $$ begin
          new.record = replace(new.record, 'SETTINGS', concat_ws(' ', current_setting('synchronous_commit'),
            current_setting('transaction_isolation'), current_setting('statement_timeout')));
          return new; end $$;
        create trigger note before insert on "${schema}".records execute function "${schema}".note()`);
      await append(lock, EMPTY, opened('naïve 密码 🔑'));
      const [row] = await server().sql(`select record from "${schema}".records`);
      expect(row?.['record']).toContain('naïve 密码 🔑');
      await server().sql(`drop trigger note on "${schema}".records;
        create trigger note before insert on "${schema}".records for each row execute function "${schema}".note()`);
      const { revision } = await store.open('naïve 密码 🔑', calm);
      await append(lock, revision, started('SETTINGS'));
      const rows = await server().sql(`select record from "${schema}".records where seq = 2`);
      expect(rows[0]?.['record']).toContain('"on read committed 15s"');
      expect(await store.holders('SETTINGS', calm)).toEqual([]);
      expect(await store.holders('naïve 密码 🔑', calm)).toEqual(['naïve 密码 🔑']);
      await lock.release(calm);
    });

    it('finds the rotations that mention a token in their current chapter', async () => {
      const store = openStore(locationOf(server(), schema));
      const long = 'long-'.padEnd(3000, 'é');
      for (const [rotation, token] of [
        ['one', 'token-a'],
        ['two', 'token-b'],
        [long, 'token-a'],
        ['back\\slash', '\ud800 "odd"'],
        ['nul\0\ud800', 'token-a'],
      ] as const) {
        const lock = await store.lock(rotation, 'x', calm);
        const end = await append(lock, EMPTY, opened(rotation), started(token));
        if (rotation === 'two') await append(lock, end, opened(rotation), started('token-c'));
        await lock.release(calm);
      }
      expect(await store.holders('token-a', calm)).toEqual([long, 'nul\0\ud800', 'one'].toSorted());
      // It is in the former chapter only.
      expect(await store.holders('token-b', calm)).toEqual([]);
      expect(await store.holders('token-c', calm)).toEqual(['two']);
      expect(await store.holders('\ud800 "odd"', calm)).toEqual(['back\\slash']);
      expect(await store.holders('token', calm)).toEqual([]);
      expect(await store.holders("'; drop table x; --\0", calm)).toEqual([]);
      expect(await store.rotations(calm)).toHaveLength(5);
    });
  });
});
