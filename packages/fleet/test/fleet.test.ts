import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { controlOf } from '@keyturn/sandbox';
import { expect, it, onTestFinished } from 'vitest';

import { openProxy } from '../../store-postgres/test/support/proxy.ts';
import { useServer, withServer } from '../../store-postgres/test/support/server.ts';
import { fleetStatus } from '../src/status.ts';
import { schedule } from '../src/schedule.ts';
import { spawnWorker, startWorker } from './support/crew.ts';
import { completedOf, completedQuery, makeWorld, type World } from './support/fleet.ts';
import { sleepingAtMost, surroundingsOf } from './support/surroundings.ts';

const server = await useServer();
let count = 0;

interface Fleet extends World {
  readonly schema: string;
  schedule(): ReturnType<typeof schedule>;
  status(): ReturnType<typeof fleetStatus>;
  /** Nobody waits for a heartbeat to be missed: jobs that no worker here knows have missed it. */
  miss(known?: readonly string[]): Promise<void>;
  /** Makes what is not done due now, so that nobody has to wait. */
  hurry(): Promise<void>;
  /** Whether all has been done, with everything as it must be. */
  judge(): Promise<readonly string[]>;
}

async function makeFleet(
  rotations: number,
  port = server().port,
  latency = 0,
  settle = '1s',
): Promise<Fleet> {
  const schema = `fleet_${++count}`;
  const state = server().location({ port, query: { schema } });
  const world = await makeWorld({ rotations, state, latency, settle });
  onTestFinished(() => world.close());
  const direct = { ...world.env, KEYTURN_STATE: server().location({ query: { schema } }) };
  const calm = new AbortController().signal;
  const here = surroundingsOf(world.folder, direct, 'test', calm);
  return {
    ...world,
    schema,
    schedule: () => schedule({}, here),
    status: () => fleetStatus({}, here),
    async miss(known = []) {
      await server().sql(
        `update ${schema}_jobs.job set heartbeat_on = heartbeat_on - interval '1 hour'
          where state = 'active' and not singleton_key = any($1::text[])`,
        [known],
      );
    },
    async hurry() {
      await server().sql(
        `update ${schema}_fleet.agenda set run_at = now(), offered_at = null
          where job is null and outcome is not null and outcome not in ('rotated', 'current')`,
      );
      await schedule({}, here);
    },
    judge: async () => world.problems(completedOf(await server().sql(completedQuery(schema)))),
  };
}

/** Waits until it is so; a machine may be busy. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(50);
}

/** Whether all is done; what waits until later is made due as soon as nothing else is left. */
async function isDone(fleet: Fleet): Promise<boolean> {
  const { due, queued, running, outcomes } = await fleet.status();
  const done = (outcomes['rotated'] ?? 0) + (outcomes['current'] ?? 0);
  if (due + queued + running > 0) return false;
  if (done === fleet.rotations.length) return true;
  await fleet.hurry();
  return false;
}

await withServer(async () => {
  it('of which a worker is killed completes each rotation exactly once', async () => {
    const fleet = await makeFleet(40);
    expect(await fleet.schedule()).toMatchObject({ rotations: 40, offered: 40 });
    expect(await fleet.schedule()).toMatchObject({ rotations: 40, offered: 0 });
    let lines = 0;
    const doomed = spawnWorker(fleet, 6, () => void lines++);
    onTestFinished(() => void doomed.kill('SIGKILL'));
    await until(() => lines >= 8);
    doomed.kill('SIGKILL');
    await once(doomed, 'exit');
    expect((await fleet.status()).running).toBeGreaterThan(0);
    await fleet.miss();
    const worker = startWorker(fleet);
    await until(() => isDone(fleet));
    await worker.stop();
    expect(await fleet.judge()).toEqual([]);
    expect(await fleet.status()).toMatchObject({
      rotations: 40,
      due: 0,
      queued: 0,
      running: 0,
      lagSeconds: null,
    });
  });

  it('shows what its workers have left of the limits that they share', async () => {
    const fleet = await makeFleet(2);
    await fleet.schedule();
    expect((await fleet.status()).budgets).toEqual([]);
    const { planetscale, github } = fleet.sandbox.urls;
    const hosts = [planetscale, github].map((url) => new URL(url).host);
    const env = { ...fleet.env, KEYTURN_LIMITED_HOSTS: hosts.join() };
    const worker = startWorker({ ...fleet, env });
    await until(() => worker.ended.length === 2);
    await worker.stop();
    const { budgets } = await fleet.status();
    const of = (points: number) => budgets.find((budget) => budget.points === points);
    expect(of(600)).toMatchObject({ host: hosts[0], credential: null, windowSeconds: 60 });
    expect(of(900)).toMatchObject({
      host: hosts[1],
      credential: expect.stringMatching(/^\w{12}$/),
    });
    expect(of(600)?.left).toBeLessThan(600 - 2);
    expect(of(600)?.left).toBeGreaterThan(0);
  });

  it('finishes what runs after an interrupt, and takes nothing new', async () => {
    const fleet = await makeFleet(6, undefined, 40);
    await fleet.schedule();
    const worker = startWorker(fleet, { concurrency: 2 });
    await until(async () => (await fleet.status()).running === 2);
    const before = worker.ended.length;
    await worker.stop();
    expect(worker.ended.length - before).toBeGreaterThan(0);
    expect(worker.ended.length - before).toBeLessThanOrEqual(2);
    expect(worker.ended.every((line) => line.endsWith(' rotated'))).toBe(true);
    expect(await fleet.status()).toMatchObject({ running: 0, queued: 6 - worker.ended.length });
    expect(worker.told).toHaveLength(1);
  });

  it('sends no request after it has lost the lock of a rotation, and completes it later', async () => {
    const fleet = await makeFleet(1, undefined, 0, '10s');
    await controlOf(fleet.sandbox).fault({
      provider: 'planetscale',
      method: 'POST',
      path: 'service-tokens$',
      times: 1,
      action: { delayMs: 600 },
    });
    await fleet.schedule();
    // Until its token is there, nothing proves that there is none: the settle time must not end before.
    const worker = startWorker(fleet, {}, sleepingAtMost(2000));
    const requests = async (): Promise<readonly string[]> => {
      const all = await controlOf(fleet.sandbox).requests();
      return all.map(({ method, path }) => `${method} ${path}`);
    };
    await until(async () => {
      const [row] = await server()
        .sql(
          `select count(*)::integer as begun from ${fleet.schema}.records where record like '%"type":"started"%'`,
        )
        .catch(() => []);
      return Number(row?.['begun'] ?? 0) > 0;
    });
    await server().sql(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`,
    );
    await until(() => worker.ended.length > 0);
    expect(worker.ended[0]).toMatch(/^r0 STATE_LOST/);
    // The answer to it came after the loss.
    expect((await requests()).at(-1)).toMatch(/^POST .*service-tokens$/);
    expect(await fleet.judge()).not.toEqual([]);
    await until(() => isDone(fleet));
    // If that token came too late to be found, the next run ends it.
    await until(async () => {
      await fleet.schedule();
      return (await fleet.judge()).length === 0;
    });
    await worker.stop();
    // A token that came too late is looked for again after the settle time.
  }, 240_000);

  it('says once that its database is away, and goes on when it is back', async () => {
    const proxy = await openProxy(server().port);
    onTestFinished(() => proxy.close());
    const fleet = await makeFleet(12, proxy.port, 20);
    await fleet.schedule();
    const worker = startWorker(fleet, { concurrency: 4 });
    await until(() => worker.ended.length > 1);
    proxy.isClosed = true;
    proxy.cut();
    // On a machine that is busy, a run may lose its job as well.
    const ofDatabase = (): string[] => worker.told.filter((line) => line.startsWith('postgres:'));
    await until(() => ofDatabase().length > 0);
    proxy.isClosed = false;
    await until(async () => {
      // The answer that gave it a job may be lost.
      const running = await server().sql(
        `select rotation from ${fleet.schema}_fleet.agenda where job is not null`,
      );
      await fleet.miss(running.map(({ rotation }) => String(rotation)));
      return isDone(fleet);
    });
    await worker.stop();
    expect(ofDatabase()).toEqual([
      expect.stringMatching(/: no new rotation begins until it is back$/),
      expect.stringMatching(/ is back$/),
    ]);
    expect(await fleet.judge()).toEqual([]);
  });
});
