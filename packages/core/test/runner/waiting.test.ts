import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import type { Fault } from '../../src/testing/memory/wire.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const denied: Fault = {
  fail: 'before',
  error: new KeyturnError('PERMISSION_DENIED', 'no', { effect: 'none' }),
};

const refusing =
  (id: string, fault: Fault = denied) =>
  (call: { method: string; adapter: string }) =>
    call.method === 'deliver' && call.adapter === id ? fault : 'ok';
const issued = (world: World): number =>
  world.calls.filter(({ method }) => method === 'issue').length;
const writes = (world: World, id: string): number =>
  world.calls.filter(({ method, adapter }) => method === 'deliver' && adapter === id).length;

describe('a sink that refuses what its check could not foresee', () => {
  it('is not given a new token at every run; the others keep what they have', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c'], 'stamp');
    world.fault = refusing('memory:c');
    expect((await world.run({ replaces: world.old })).outcome).toBe('incomplete');
    for (let run = 0; run < 10; run++) {
      const report = await world.run();
      expect(report).toMatchObject({ outcome: 'waiting', retryAt: expect.any(String) });
      await world.clock.advance(5 * 60_000);
    }
    expect(issued(world)).toBe(1);
    expect(writes(world, 'memory:a')).toBe(2);
    expect(world.jobs()).not.toContain(undefined);
  });

  it('is tried first after a pause that grows to a day, and the others are not written before it takes a token', async () => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c'], 'stamp');
    world.fault = refusing('memory:c');
    await world.run({ replaces: world.old });
    let tries = 1;
    for (let hour = 0; hour < 96; hour++) {
      await world.clock.advance(HOUR);
      const { outcome } = await world.run();
      if (outcome !== 'waiting') tries++;
      expect(world.jobs()).not.toContain(undefined);
    }
    // After 1 h, 6 h more, and every day from then on.
    expect(tries).toBe(6);
    expect(writes(world, 'memory:a')).toBe(2);
    world.fault = () => 'ok';
    await world.clock.advance(DAY);
    const { current, outcome } = await world.run();
    expect(outcome).toBe('rotated');
    expect(world.jobs()).toEqual([current?.id, current?.id, current?.id]);
    expect(world.live()).toEqual([current?.id]);
  });

  it('is given another one at once with --force, and all sinks with it', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    world.fault = refusing('memory:b');
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    expect((await world.run()).outcome).toBe('waiting');
    expect((await world.run({ force: true })).outcome).toBe('rotated');
  });

  it('costs no pause if the failure passes by itself, and one if it goes on', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    world.fault = refusing('memory:b', { fail: 'before' });
    await world.run({ replaces: world.old });
    expect((await world.run()).outcome).toBe('incomplete');
    expect((await world.run()).outcome).toBe('waiting');
    world.fault = () => 'ok';
    await world.clock.advance(HOUR);
    expect((await world.run()).outcome).toBe('rotated');
  });

  it('keeps no leaked token alive: that one is replaced at once', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    world.fault = refusing('memory:b');
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    expect((await world.run({ breakGlass: 'replace-first' })).outcome).toBe('rotated');
  });

  it('is waited for by a plan too', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    world.fault = refusing('memory:b');
    await world.run({ replaces: world.old });
    expect(await world.run({ dryRun: true })).toMatchObject({ outcome: 'waiting' });
  });
});

describe('a plan', () => {
  it('makes the checks of the run that would follow, whatever was left by the one before', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const never = new Promise<never>(() => {});
    for (const method of ['issue', 'grant', 'verify', 'deliver']) {
      await new Promise<void>((asked) => {
        world.fault = (call) => {
          if (call.method !== method) return 'ok';
          asked();
          return never;
        };
        void world.run({ replaces: world.old, force: true });
      });
      world.store.steal('ci');
      world.fault = ({ method: asked }) => (asked === 'check' ? denied : 'ok');
      const before = world.store.records('ci').length;
      expect(await world.run({ dryRun: true, force: true })).toMatchObject({
        outcome: 'failed',
        error: { code: 'PERMISSION_DENIED' },
      });
      world.fault = () => 'ok';
      expect(await world.run({ dryRun: true, force: true })).toMatchObject({ outcome: 'planned' });
      expect(world.store.records('ci')).toHaveLength(before);
    }
  });
});

describe('a disk that fails after the token is in place', () => {
  it('makes the run incomplete, with its error', async () => {
    for (const type of ['revoking', 'revoked', 'finished']) {
      const world = makeWorld(['memory:a'], 'stamp');
      world.fault = ({ method, about }) =>
        method === 'append' && about.includes(type) ? { fail: 'before' } : 'ok';
      const report = await world.run({ replaces: world.old });
      expect(report).toMatchObject({ outcome: 'incomplete', error: { code: 'STATE_FAILED' } });
      world.fault = () => 'ok';
      expect((await world.run()).outcome).toMatch(/rotated|current/);
      expect(world.live()).toHaveLength(1);
    }
  });
});
