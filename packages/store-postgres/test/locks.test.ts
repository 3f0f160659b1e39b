import { KeyturnError } from '@keyturn/core';
import { EMPTY, type Machine } from '@keyturn/core/ledger';
import { describe, expect, it } from 'vitest';

import { startProxy } from './support/proxy.ts';
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
const LEASE = 10_000;

/** Ends all sessions of locks in a schema, as a server does whose client is gone. */
async function endSessions(schema: string): Promise<void> {
  await server().sql(
    `select pg_terminate_backend(a.pid, 5000) from pg_stat_activity a
      where a.application_name = 'keyturn' and a.pid in (
        select pid from pg_locks where locktype = 'advisory')
      and exists (select from "${schema}".locks where holder is not null)`,
  );
}

function world(machines: readonly Machine[] = [fakeMachine(1, [1]), fakeMachine(2, [2], 'beta')]) {
  const schema = freshSchema();
  const clock = manualClock();
  const stores = machines.map((machine) =>
    openStore(locationOf(server(), schema), { clock, machine }),
  );
  const [one = stores[0]!, two = stores[0]!] = stores;
  return { schema, clock, one, two };
}

await withServer(async () => {
  describe('a lock that is held', () => {
    it('is refused, with what to do if its holder hangs or its machine is gone', async () => {
      const { one, two } = world();
      const lock = await one.lock('one', 'ana@alpha', calm);
      await expect(one.lock('one', 'x', calm)).rejects.toMatchObject({
        code: 'STATE_BUSY',
        message: expect.stringContaining('ana@alpha (process 1 on alpha'),
        hint: expect.stringContaining('end process 1'),
      });
      await expect(two.lock('one', 'x', calm)).rejects.toMatchObject({
        code: 'STATE_BUSY',
        hint: expect.stringContaining('keyturn ledger unlock'),
      });
      await lock.release(calm);
    });

    it('is confirmed by a look at the lease, and by a request when that runs short', async () => {
      const { schema, clock } = world();
      const proxy = await startProxy(server().port);
      const location = locationOf(server(), schema, { port: proxy.port });
      const store = openStore(location, { clock });
      const lock = await store.lock('one', 'a', calm);
      const asked = clock.time;
      expect(lock.heldUntil).toBe(asked + LEASE);
      const before = proxy.requests;
      clock.time += LEASE * 0.7;
      await Promise.all([lock.confirm(calm), lock.confirm(calm)]);
      expect(proxy.requests).toBe(before);
      clock.time += LEASE * 0.1;
      await Promise.all([lock.confirm(calm), lock.confirm(calm), lock.confirm(calm)]);
      expect(proxy.requests).toBe(before + 1);
      expect(lock.heldUntil).toBe(clock.time + LEASE);
      // A clock that was set back says nothing about the lease.
      clock.time -= 1000;
      await lock.confirm(calm);
      expect(proxy.requests).toBe(before + 2);
      await append(lock, EMPTY, opened());
      expect(proxy.requests).toBe(before + 3);
      await lock.release(calm);
    });
  });

  describe('the lock of a holder that is gone', () => {
    it('is taken at once if it was released', async () => {
      const { clock, one, two } = world();
      await (await one.lock('one', 'a', calm)).release(calm);
      const lock = await two.lock('one', 'b', calm);
      expect(clock.slept).toBe(0);
      await lock.release(calm);
    });

    it('is taken at once if its process is gone from this machine, although its session lives', async () => {
      const { clock, one, two } = world([fakeMachine(1, [1]), fakeMachine(2, [2])]);
      const gone = await one.lock('one', 'a', calm);
      expect(await two.holder('one', calm)).toBeUndefined();
      const lock = await two.lock('one', 'b', calm);
      expect(clock.slept).toBe(0);
      await expect(append(gone, EMPTY, opened())).rejects.toMatchObject({
        code: 'STATE_LOST',
        effect: 'none',
      });
      expect(gone.signal.aborted).toBe(true);
      await gone.release(calm);
      await append(lock, EMPTY, opened());
      await lock.release(calm);
    });

    it('is taken after the lease if its session ended and its machine is another one', async () => {
      const { schema, clock, one, two } = world();
      const lost = await one.lock('one', 'a', calm);
      await endSessions(schema);
      const until = lost.heldUntil ?? 0;
      const lock = await two.lock('one', 'b', calm);
      expect(clock.slept).toBe(LEASE);
      expect(clock.time).toBeGreaterThanOrEqual(until);
      await lock.release(calm);
      // It was released: the next one need not wait, except for what is left since then.
      await (await one.lock('one', 'c', calm)).release(calm);
    });

    it('is waited for also by a third run, if the second is killed while it waits', async () => {
      const { schema, clock, one, two } = world();
      await one.lock('one', 'a', calm);
      await endSessions(schema);
      const controller = new AbortController();
      const slept: number[] = [];
      const waiting = openStore(locationOf(server(), schema), {
        machine: fakeMachine(3, [3], 'gamma'),
        clock: {
          ...clock,
          sleep: async (milliseconds) => {
            slept.push(milliseconds);
            controller.abort();
            throw new Error('aborted');
          },
        },
      });
      await expect(waiting.lock('one', 'b', { signal: controller.signal })).rejects.toMatchObject({
        code: 'INTERRUPTED',
      });
      expect(slept).toEqual([LEASE]);
      clock.slept = 0;
      const lock = await two.lock('one', 'c', calm);
      expect(clock.slept).toBeGreaterThan(LEASE / 2);
      await lock.release(calm);
    });
  });

  describe('a holder whose session ended', () => {
    it('is told at once, and cannot go on', async () => {
      const { schema, one } = world();
      const lock = await one.lock('one', 'a', calm);
      const told = new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
      await endSessions(schema);
      await told;
      await expect(lock.confirm(calm)).rejects.toMatchObject({ code: 'STATE_LOST' });
      await expect(append(lock, EMPTY, opened())).rejects.toMatchObject({
        code: 'STATE_LOST',
        effect: 'none',
      });
      await lock.release(calm);
      expect(await one.rotations(calm)).toEqual([]);
    });

    it('lets the next run start at once if it can still say that it is over', async () => {
      const { schema, clock, one, two } = world();
      const lock = await one.lock('one', 'a', calm);
      await endSessions(schema);
      await lock.release(calm);
      const next = await two.lock('one', 'b', calm);
      expect(clock.slept).toBe(0);
      await next.release(calm);
    });
  });

  describe('unlock', () => {
    it('ends the lock, names its holder, and fences that off', async () => {
      const { clock, one, two } = world();
      expect(await two.unlock('one', calm)).toBeUndefined();
      const lost = await one.lock('one', 'ana@alpha', calm);
      const revision = await append(lost, EMPTY, opened());
      expect(await two.holder('one', calm)).toContain('ana@alpha');
      expect(await two.unlock('one', calm)).toContain('ana@alpha');
      expect(await two.unlock('one', calm)).toBeUndefined();
      expect(await two.holder('one', calm)).toBeUndefined();
      const lock = await two.lock('one', 'b', calm);
      // It may have believed in its lock when it was unlocked.
      expect(clock.slept).toBeGreaterThan(LEASE / 2);
      await expect(append(lost, revision, started('late'))).rejects.toMatchObject({
        code: 'STATE_LOST',
        effect: 'none',
      });
      await expect(lost.confirm(calm)).rejects.toMatchObject({ code: 'STATE_LOST' });
      await append(lock, revision, started('b'));
      await lost.release(calm);
      await expect(one.lock('one', 'x', calm)).rejects.toMatchObject({ code: 'STATE_BUSY' });
      await lock.release(calm);
      expect(await labels(one)).toEqual(['b']);
    });
  });

  describe('a writer that was paused', () => {
    it('and overtaken cannot append, and does not disturb the other one', async () => {
      const { schema, clock, two } = world();
      const proxy = await startProxy(server().port);
      const location = locationOf(server(), schema, { port: proxy.port });
      const one = openStore(location, { clock, machine: fakeMachine(1, [1]) });
      const asleep = await one.lock('one', 'asleep', calm);
      const revision = await append(asleep, EMPTY, opened());
      proxy.freeze(true);
      const late = append(asleep, revision, started('late')).catch((error: unknown) => error);
      await two.unlock('one', calm);
      const lock = await two.lock('one', 'awake', calm);
      const end = await append(lock, revision, started('awake'));
      proxy.freeze(false);
      expect(await late).toMatchObject({ code: 'STATE_LOST', effect: 'none' });
      expect(asleep.signal.aborted).toBe(true);
      await asleep.release(calm);
      await append(lock, end, started('on'));
      await lock.release(calm);
      expect(await labels(two)).toEqual(['awake', 'on']);
    });
  });

  describe('two writers', () => {
    it('that race for a lock again and again have it in turn', async () => {
      const { schema, clock } = world();
      const stores = ['alpha', 'beta', 'gamma'].map((host, index) =>
        openStore(locationOf(server(), schema), {
          clock,
          machine: fakeMachine(index + 1, [index + 1], host),
        }),
      );
      let active = 0;
      let done = 0;
      const runs = stores.map(async (store, index) => {
        for (let mine = 0; mine < 5;) {
          try {
            const lock = await store.lock('one', `run ${index}`, calm);
            expect(++active).toBe(1);
            const { revision } = await store.open('one', calm);
            const events = revision === EMPTY ? [opened()] : [];
            await append(lock, revision, ...events, started(`${index}-${mine++}`));
            active--;
            done++;
            await lock.release(calm);
          } catch (error) {
            if (!KeyturnError.is(error) || error.code !== 'STATE_BUSY') throw error;
          }
        }
      });
      await Promise.all(runs);
      expect(done).toBe(15);
      expect(new Set(await labels(stores[0]!)).size).toBe(15);
    });
  });
});
