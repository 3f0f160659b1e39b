import { describe, expect, it } from 'vitest';

import type { Clock, Layout } from '../../src/index.ts';
import { memorySink } from '../../src/testing/memory/sink.ts';
import type { Fault } from '../../src/testing/memory/wire.ts';
import { makeWorld, names, type World } from './world.ts';

const joined: Layout = { kind: 'joined', name: 'CREDENTIAL' };
const lost: Fault = { fail: 'after' };
const never = new Promise<never>(() => {});

/** One sink that shows stamps, and holds one name. */
function joinedWorld(readBack: 'value' | 'tail' | 'stamp' | 'none'): World & {
  go(
    force?: boolean,
    settle?: number,
    machine?: { clock: Clock; owner: string },
  ): ReturnType<World['run']>;
  job(): string | undefined;
  grace: number;
} {
  const world = makeWorld(['memory:a']);
  const sink = memorySink({
    id: 'memory:a',
    clock: world.clock,
    faults: (call) => world.fault(call),
    supports: { readBack, atomic: true, remove: false },
  });
  const old = world.issuer.tokens.find(({ id }) => id === world.old);
  sink.write(joined.kind === 'joined' ? joined.name : '', `${old?.id}:${old?.secret}`);
  const made = Object.assign(world, {
    grace: 0,
    go: (force = false, settle = 120_000, machine?: { clock: Clock; owner: string }) =>
      world.run(
        {
          sinks: [sink],
          layout: joined,
          replaces: world.old,
          force,
          policy: { maxAge: 90 * 86_400_000, grace: made.grace, settle },
        },
        undefined,
        machine,
      ),
    job: () => world.issuer.use(sink.values.get('CREDENTIAL') ?? '')?.id,
  });
  return made;
}

/** A run whose process is killed right after the nth delivery landed. */
async function killedAfterDelivery(world: ReturnType<typeof joinedWorld>): Promise<void> {
  let die = (): void => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  let isDead = false;
  world.fault = ({ method }) => {
    if (isDead) return never;
    if (method !== 'deliver') return 'ok';
    isDead = true;
    die();
    return 'ok';
  };
  await Promise.race([world.go(true), death]);
  await world.clock.advance(0);
  world.fault = () => 'ok';
  world.store.steal('ci');
}

describe('two writes within a second of the platform', () => {
  it.each(['stamp', 'tail', 'none', 'value'] as const)(
    'are not taken for one where sinks show %s: the later one was lost with its process',
    async (readBack) => {
      const world = joinedWorld(readBack);
      await world.go();
      await killedAfterDelivery(world);
      for (let run = 0; run < 3; run++) {
        await world.go();
        expect(world.job()).toBeDefined();
        await world.clock.advance(130_000);
      }
      const { outcome, current } = await world.go();
      expect(outcome).toBe('current');
      expect(world.job()).toBe(current?.id);
      expect(world.live()).toEqual([current?.id]);
    },
  );

  it.each(['stamp', 'tail', 'none', 'value'] as const)(
    'are not taken for one where sinks show %s: the older one lands late, in the second of the newer',
    async (readBack) => {
      for (const delay of [0, 400, 999, 1000, 1500, 60_000]) {
        const world = joinedWorld(readBack);
        await world.go();
        await world.clock.advance(3_600_000);
        let writes = 0;
        // Every try of the first token is lost and lands later; its process gives up, and the next run brings another.
        world.fault = ({ method }) =>
          method === 'deliver' && ++writes <= 3 ? { late: delay + 3000 } : 'ok';
        await world.go(true);
        world.fault = () => 'ok';
        for (let run = 0; run < 3; run++) {
          await world.go();
          await world.clock.advance(130_000);
          expect(world.job(), `after ${delay} ms`).toBeDefined();
        }
        expect(world.live()).toHaveLength(1);
      }
    },
  );
});

describe('a write whose answer was lost long after the delivery before', () => {
  it('is told from it by the stamps of the platform alone, and costs no token', async () => {
    const world = joinedWorld('stamp');
    await world.clock.advance(5000);
    const { current } = await world.go();
    await world.clock.advance(3_600_000);
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await world.go(true);
    world.fault = () => 'ok';
    await world.clock.advance(86_400_000);
    const report = await world.go();
    expect(report).toMatchObject({ outcome: 'rotated' });
    expect(world.live()).toEqual([report.current?.id]);
    expect(report.current?.id).toBe(current?.id);
  });

  it('is written again if the platform shows no clock', async () => {
    const world = joinedWorld('stamp');
    await world.go();
    await world.clock.advance(3_600_000);
    world.fault = ({ method }) => (method === 'deliver' ? lost : 'ok');
    await world.go(true);
    world.fault = () => 'ok';
    await world.clock.advance(86_400_000);
    const report = await world.go();
    expect(world.job()).toBe(report.current?.id);
    expect(world.live()).toEqual([report.current?.id]);
  });
});

it('keeps in receipts nothing but what the platform showed', async () => {
  const world = makeWorld(['memory:a'], 'value');
  await world.run({ replaces: world.old });
  const receipts = world.store
    .records('ci')
    .flatMap(({ event }) => (event.type === 'delivered' ? [event.receipt] : []));
  const secret = world.issuer.tokens.at(-1)?.secret ?? '';
  expect(receipts).toHaveLength(1);
  expect(Object.keys(receipts[0]?.stamps ?? {})).toEqual(Object.values(names));
  expect(JSON.stringify(receipts)).not.toContain(secret.slice(-4));
});

describe('two machines whose clocks are apart', () => {
  it.each([5 * 60_000, -5 * 60_000])(
    'do not take a late write for settled: the other one is %d ms ahead',
    async (ahead) => {
      const world = joinedWorld('none');
      const { clock } = world;
      await world.go();
      await clock.advance(3_600_000);
      world.grace = 3_600_000;
      let writes = 0;
      world.fault = ({ method }) =>
        method === 'deliver' && ++writes <= 3 ? { late: 100_000 } : 'ok';
      await world.go(true);
      world.fault = () => 'ok';
      await world.go(true);
      const other = {
        clock: { now: () => clock.now() + ahead, sleep: clock.sleep.bind(clock) },
        owner: 'ci@runner-2',
      };
      await world.go(false, 120_000, other);
      await clock.advance(101_000);
      for (let run = 0; run < 4; run++) {
        expect(world.job()).toBeDefined();
        await world.go(false, 120_000, other);
        await clock.advance(3_600_000);
      }
      expect(world.job()).toBeDefined();
      expect(world.live()).toHaveLength(1);
    },
  );
});
