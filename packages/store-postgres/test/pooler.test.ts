import { EMPTY } from '@keyturn/core/ledger';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { startPooler } from './support/pooler.ts';
import { useServer, withServer } from './support/server.ts';
import {
  append,
  calm,
  fakeMachine,
  freshSchema,
  labels,
  locationOf,
  manualClock,
  opened,
  openStore,
  started,
} from './support/stores.ts';

const server = await useServer();

const refusal = {
  code: 'STATE_FAILED',
  effect: 'none',
  message: expect.stringContaining('pooler in transaction mode'),
  hint: expect.stringContaining('session mode'),
};

async function connectTo(port: number): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: 'admin',
    database: 'postgres',
    ssl: false,
  });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.end().catch(() => {}));
  return client;
}

await withServer(async () => {
  describe('behind a pooler in transaction mode', () => {
    it.each([
      { order: 'last', sessions: 6 },
      { order: 'first', sessions: 6 },
      { order: 'last', sessions: 1 },
    ] as const)(
      'that takes the $order free session of $sessions, nothing is done',
      async ({ order, sessions }) => {
        const schema = freshSchema();
        const port = await startPooler(server(), { mode: 'transaction', order, sessions });
        const store = openStore(locationOf(server(), schema, { port }));
        await expect(store.lock('one', 'a', calm)).rejects.toMatchObject(refusal);
        await expect(store.claim('one', 'a', calm)).rejects.toMatchObject(refusal);
        await expect(store.open('one', calm)).rejects.toMatchObject(refusal);
        expect(await store.check(calm)).toMatchObject({ problems: [refusal] });
        const [found] = await server().sql(
          `select count(*)::int as made from pg_namespace where nspname = '${schema}'`,
        );
        expect(found).toEqual({ made: 0 });
      },
    );

    it('that announces a process of the server, the lock is refused', async () => {
      const port = await startPooler(server(), {
        mode: 'transaction',
        announces: 'server',
        order: 'first',
      });
      const store = openStore(locationOf(server(), freshSchema(), { port }));
      await expect(store.lock('one', 'a', calm)).rejects.toMatchObject(refusal);
    });

    it('that gives the session of a lock to somebody else, nothing is written', async () => {
      const schema = freshSchema();
      const port = await startPooler(server(), {
        mode: 'transaction',
        announces: 'server',
        sessions: 2,
        order: 'last',
      });
      const store = openStore(locationOf(server(), schema, { port }));
      // The pooler has announced the first of its sessions, and uses it as long as the other one is busy.
      const other = await connectTo(port);
      await other.query('begin');
      const lock = await store.lock('one', 'a', calm);
      await other.query('commit');
      const third = await connectTo(port);
      await third.query('begin');
      await other.query('begin');
      await third.query('commit');
      await expect(append(lock, EMPTY, opened())).rejects.toMatchObject(refusal);
      expect(lock.signal.aborted).toBe(true);
      expect(await server().sql(`select from "${schema}".records`)).toHaveLength(0);
      await other.query('commit');
      await lock.release(calm);
      // Nor does it leave a lock that nobody can take.
      const direct = openStore(locationOf(server(), schema), {
        machine: fakeMachine(2, [2], 'beta'),
      });
      await (await direct.lock('one', 'b', calm)).release(calm);
    });

    it('that cannot be told from a server, a second run fences the first one off after the lease', async () => {
      const schema = freshSchema();
      const port = await startPooler(server(), {
        mode: 'transaction',
        announces: 'server',
        sessions: 1,
      });
      const location = locationOf(server(), schema, { port });
      const clock = manualClock();
      const one = openStore(location, { clock, machine: fakeMachine(1, [1]) });
      const two = openStore(location, { clock, machine: fakeMachine(2, [2], 'beta') });
      const lost = await one.lock('one', 'a', calm);
      const revision = await append(lost, EMPTY, opened());
      const until = lost.heldUntil ?? 0;
      const lock = await two.lock('one', 'b', calm);
      expect(clock.time).toBeGreaterThanOrEqual(until);
      await append(lock, revision, started('b'));
      await expect(append(lost, revision, started('a'))).rejects.toMatchObject({
        code: 'STATE_LOST',
      });
      await lock.release(calm);
      await lost.release(calm);
      expect(await labels(two)).toEqual(['b']);
    });
  });

  describe('behind a pooler in session mode', () => {
    it.each(['last', 'first'] as const)(
      'that takes the %s free session, everything works',
      async (order) => {
        const schema = freshSchema();
        const port = await startPooler(server(), { mode: 'session', order });
        const store = openStore(locationOf(server(), schema, { port }));
        const lock = await store.lock('one', 'a', calm);
        await append(lock, EMPTY, opened(), started('a'));
        await expect(store.lock('one', 'b', calm)).rejects.toMatchObject({ code: 'STATE_BUSY' });
        expect(await store.check(calm)).toMatchObject({ problems: [] });
        await lock.release(calm);
        expect(await labels(store)).toEqual(['a']);
      },
    );
  });
});
