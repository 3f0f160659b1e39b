import { describe, expect, it } from 'vitest';

import {
  KeyturnError,
  type Progress,
  type RotationRequest,
  type RotationRuntime,
  type SecretSink,
} from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, names, once, type World } from './world.ts';

const A = 'memory:a';
const policy = { maxAge: 1e12, grace: 3_600_000, settle: 120_000 };
const run = (
  world: World,
  changes: Partial<RotationRequest> = {},
  signal?: AbortSignal,
  machine: Partial<RotationRuntime> = {},
) => world.run({ replaces: world.old, policy, ...changes }, signal, machine);
const eventsOf = (world: World, ...types: readonly RotationEvent['type'][]): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter(({ type }) => types.includes(type));
const lost = { fail: 'after' } as const;

describe('a delivery', () => {
  it('that is refused is told at once', async () => {
    const world = makeWorld([A]);
    const error = new KeyturnError('AUTH_DENIED', 'no', { effect: 'none' });
    world.fault = once('deliver', { fail: 'before', error });
    const seen: Progress[] = [];
    await run(world, {}, undefined, { observe: (progress) => void seen.push(progress) });
    expect(seen).toContainEqual({ type: 'sink', rotation: 'ci', sink: A, error });
  });

  it('is not begun after an interrupt', async () => {
    const world = makeWorld([A, 'memory:b']);
    const interrupt = new AbortController();
    world.fault = ({ method, adapter }) => {
      if (method === 'deliver' && adapter === A) interrupt.abort();
      return 'ok';
    };
    const report = await run(world, {}, interrupt.signal, { concurrency: 1 });
    expect(report.sinks.map(({ status }) => status)).toEqual(['delivered', 'unchanged']);
    expect(eventsOf(world, 'sending')).toHaveLength(1);
  });

  it('settles nothing while one of two lost ones before it may still land', async () => {
    const world = makeWorld([A]);
    await run(world);
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await run(world, { force: true });
    await run(world, { abort: true });
    await world.clock.advance(policy.settle - 1000);
    await run(world, { force: true });
    await run(world, { abort: true });
    await world.clock.advance(2000);
    world.fault = () => 'ok';
    await run(world, { force: true });
    expect(eventsOf(world, 'delivered')).toHaveLength(2);
    expect(eventsOf(world, 'settled')).toEqual([]);
  });

  it('whose answer is lost is sent again after pauses that double', async () => {
    const world = makeWorld([A]);
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    const pauses: number[] = [];
    const { clock } = world;
    const random = () => 0.5;
    await run(world, {}, undefined, {
      random,
      clock: {
        now: () => clock.now(),
        sleep: (time, signal) => {
          pauses.push(time);
          return clock.sleep(time, signal);
        },
      },
    });
    expect(pauses.filter((time) => time < 60_000)).toEqual([500, 1000, 2000]);
    expect(eventsOf(world, 'undelivered')).toHaveLength(3);
  });

  it('settles nothing by itself', async () => {
    const world = makeWorld([A]);
    await run(world);
    expect(eventsOf(world, 'delivered')).toHaveLength(1);
    expect(eventsOf(world, 'settled')).toEqual([]);
  });

  it('settles a sink only if nothing else may land: the try before it may', async () => {
    const world = makeWorld([A]);
    await run(world);
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await run(world, { force: true });
    await world.clock.advance(200_000);
    world.fault = once('deliver', { late: Infinity });
    await run(world, { force: true });
    expect(eventsOf(world, 'delivered')).toHaveLength(2);
    expect(eventsOf(world, 'settled')).toEqual([]);
  });

  it('is proved by looking only where values show', async () => {
    for (const readBack of ['stamp', 'value'] as const) {
      const world = makeWorld([A], readBack);
      world.fault = once('deliver', lost, 2);
      const asked: boolean[] = [];
      const sinks = world.sinks.map((sink): SecretSink => ({
        ...sink,
        confirm: (expected, ...others) => {
          asked.push(expected.every((entry) => 'value' in entry));
          return sink.confirm(expected, ...others);
        },
      }));
      await run(world, { sinks });
      expect(asked).toEqual(readBack === 'value' ? [true] : []);
      expect(eventsOf(world, 'sending')).toHaveLength(readBack === 'value' ? 1 : 2);
    }
  });

  it('that is proved by looking has the fingerprints of what was seen', async () => {
    const world = makeWorld([A], 'value');
    world.fault = once('deliver', lost, 2);
    await run(world);
    const shown = expect.stringMatching(/^[0-9a-f]+:[0-9a-f]+$/);
    const stamps = { [names.id]: shown, [names.token]: shown };
    expect(eventsOf(world, 'delivered')).toMatchObject([{ receipt: { stamps } }]);
  });

  it('is not taken for unproved if looking fails by a mistake of the adapter', async () => {
    const world = makeWorld([A], 'value');
    world.fault = once('deliver', lost, 2);
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      confirm: () => Promise.reject(new TypeError('a bug')),
    }));
    await expect(run(world, { sinks })).rejects.toThrow('a bug');
  });

  it('is not proved by a stamp that the delivery before had too', async () => {
    const world = makeWorld([A]);
    const [id, token] = [names.id, names.token];
    const shown = [{ [id]: '1', [token]: '1' }, { [id]: '1', [token]: '2' }, { [token]: '2' }];
    const sinks = world.sinks.map((sink): SecretSink => ({
      ...sink,
      deliver: async (entries, o) => {
        const { at } = await sink.deliver(entries, o);
        return { at, stamps: shown.shift() ?? {} };
      },
    }));
    for (let nth = 0; nth < 3; nth++) await run(world, { sinks, force: true });
    const receipts = eventsOf(world, 'delivered').map((event) =>
      event.type === 'delivered' ? event.receipt : undefined,
    );
    const at = expect.any(String);
    expect(receipts).toStrictEqual([
      { at, stamps: { [id]: '1', [token]: '1' } },
      { at, stamps: { [token]: '2' } },
      { at },
    ]);
  });
});
