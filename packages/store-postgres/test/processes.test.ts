import { once } from 'node:events';

import { KeyturnError, systemClock } from '@keyturn/core';
import { EMPTY } from '@keyturn/core/ledger';
import { beforeEach, describe, expect, it } from 'vitest';

import { killed, spawnChild as spawnScript } from '../../core/test/support/process.ts';
import { useServer, withServer } from './support/server.ts';
import {
  append,
  calm,
  collect,
  freshSchema,
  labels,
  locationOf,
  opened,
  openStore,
  started,
} from './support/stores.ts';

const server = await useServer();

let schema = '';
beforeEach(() => {
  schema = freshSchema();
});

const spawnChild = () =>
  spawnScript(new URL('support/child.ts', import.meta.url), [
    server().location({ query: { schema } }),
  ]);

/** Sleeps nobody has to wait for: that a process is gone is known here. */
const store = () =>
  openStore(locationOf(server(), schema), {
    clock: {
      now: () => Date.now(),
      sleep: async (milliseconds) => expect(milliseconds).toBeLessThan(600),
    },
  });

await withServer(async () => {
  it('processes that share a rate limit never pass it together, and use all of it', async () => {
    const children = await Promise.all([spawnChild(), spawnChild()]);
    await (await store().lock('one', 'x', calm)).release(calm);
    for (const { tell } of children) tell('take');
    const sums = await Promise.all(children.map(async ({ answer }) => Number(await answer())));
    // What is left is less than either of them needs.
    expect((sums[0] ?? 0) + (sums[1] ?? 0)).toBeOneOf([99, 100]);
  });

  describe('a holder of the lock', () => {
    it('that lives is honoured and named', async () => {
      const child = await spawnChild();
      child.tell('lock');
      expect(await child.answer()).toBe('held');
      await expect(store().lock('one', 'x', calm)).rejects.toMatchObject({
        code: 'STATE_BUSY',
        message: expect.stringContaining(
          `child ${child.process.pid} (process ${child.process.pid}`,
        ),
        hint: expect.stringContaining(`end process ${child.process.pid}`),
      });
    });

    it('that was killed is followed at once', async () => {
      const child = await spawnChild();
      child.tell('lock');
      await child.answer();
      child.tell('append a');
      expect(await child.answer()).toBe('appended a1');
      await killed(child);
      const next = store();
      const lock = await next.lock('one', 'x', calm);
      const { revision } = await next.open('one', calm);
      await append(lock, revision, started('b'));
      await lock.release(calm);
      expect(await labels(next)).toEqual(['a1', 'b']);
    });

    it('that was stopped, unlocked and overtaken finds out before it acts', async () => {
      const child = await spawnChild();
      child.tell('lock');
      await child.answer();
      child.process.kill('SIGSTOP');
      const next = openStore(locationOf(server(), schema), {
        clock: { now: () => Date.now(), sleep: async () => {} },
        lease: 1,
      });
      expect(await next.unlock('one', calm)).toContain(`child ${child.process.pid}`);
      const lock = await next.lock('one', 'x', calm);
      await append(lock, EMPTY, opened(), started('mine'));
      child.process.kill('SIGCONT');
      child.tell('append late');
      expect(await child.answer()).toBe('STATE_LOST');
      child.tell('confirm');
      expect(await child.answer()).toBe('STATE_LOST');
      await lock.confirm(calm);
      await lock.release(calm);
      expect(await labels(next)).toEqual(['mine']);
    });

    it('that is killed while it appends leaves whole records, and loses none that it had reported', async () => {
      let reported = 0;
      for (let round = 0; round < 6; round++) {
        const child = await spawnChild();
        child.tell('lock');
        expect(await child.answer()).toBe('held');
        child.tell(`for ever ${round}`);
        const wanted = 3 + round * 2;
        const seen: string[] = [];
        while (seen.length < wanted) seen.push((await child.answer()).slice('appended '.length));
        await killed(child);
        reported += seen.length;
        const found = await labels(store());
        expect(found).toEqual(expect.arrayContaining(seen));
        expect(found.length).toBeGreaterThanOrEqual(reported);
        expect(found.length).toBeLessThanOrEqual(reported + 60);
        reported = found.length;
      }
    }, 60_000);
  });

  describe('a process', () => {
    it.each(['close', 'confirm'])('that did %s last ends by itself', async (last) => {
      const child = await spawnChild();
      child.tell('lock');
      expect(await child.answer()).toBe('held');
      child.tell('append a');
      await child.answer();
      child.tell(last);
      expect(await child.answer()).toMatch(/^close|^confirm/);
      child.process.stdin?.end();
      const [code] = (await once(child.process, 'exit')) as [number | null];
      expect(code).toBe(0);
    });
  });

  describe('a server', () => {
    it('that crashes ends the lock; the store goes on with new connections', async () => {
      const one = openStore(locationOf(server(), schema), { clock: systemClock, lease: 100 });
      const lock = await one.lock('one', 'x', calm);
      const revision = await append(lock, EMPTY, opened(), started('a'));
      expect(await one.claim('one', 'key', calm)).toBe(true);
      const told = new Promise((resolve) => lock.signal.addEventListener('abort', resolve));
      await server().stop('crash');
      await told;
      await expect(one.open('one', calm)).rejects.toMatchObject({ code: 'STATE_FAILED' });
      await expect(append(lock, revision, started('b'))).rejects.toMatchObject({
        code: 'STATE_LOST',
        effect: 'none',
      });
      await lock.release(calm);
      await server().start();
      expect((await one.open('one', calm)).revision).toBe(revision);
      expect(await one.claim('one', 'key', calm)).toBe(false);
      const next = await one.lock('one', 'y', calm);
      await append(next, revision, started('b'));
      await next.release(calm);
      expect(await labels(one)).toEqual(['a', 'b']);
    });

    it('that stops while records are written does not answer; they are there or not, and the run is told', async () => {
      const one = openStore(locationOf(server(), schema), { clock: systemClock, lease: 100 });
      const lock = await one.lock('one', 'x', calm);
      const end = await append(lock, EMPTY, opened());
      const late = Promise.all([
        append(lock, end, started('a')).catch((error: unknown) => error),
        server().stop('crash'),
      ]);
      const [outcome] = await late;
      await server().start();
      const found = await labels(one);
      const told = KeyturnError.is(outcome) ? `${outcome.code} ${outcome.effect}` : 'kept';
      const possible =
        found.length > 0
          ? ['kept', 'STATE_FAILED unknown']
          : ['STATE_FAILED unknown', 'STATE_LOST none'];
      expect(possible).toContain(told);
      await lock.release(calm);
    });

    it('that is a replica is read, and refuses to be written', async () => {
      const one = openStore(locationOf(server(), schema), { clock: systemClock });
      const lock = await one.lock('one', 'x', calm);
      await append(lock, EMPTY, opened(), started('a'));
      await lock.release(calm);
      await server().stop();
      await server().makeReplica();
      await server().start();
      expect(await labels(one)).toEqual(['a']);
      expect(await one.holder('one', calm)).toBeUndefined();
      expect(await one.check(calm)).toMatchObject({
        problems: [{ message: expect.stringContaining('replica') }],
      });
      await expect(one.lock('one', 'x', calm)).rejects.toMatchObject({
        code: 'STATE_FAILED',
        effect: 'none',
        hint: expect.stringContaining('primary'),
      });
      await server().sql('select pg_promote()');
      await (await one.lock('one', 'x', calm)).release(calm);
      expect(await collect(one.history('one', calm))).toHaveLength(2);
    });
  });
});
