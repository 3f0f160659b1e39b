import { describe, expect, it } from 'vitest';

import { forget } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, once } from './world.ts';

const denied = { fail: 'before' } as const;

/** A world where a run ended after the first of two sinks had the new token. */
async function halfDone() {
  const world = makeWorld();
  world.fault = ({ adapter, method }) =>
    adapter === 'memory:b' && method === 'deliver' ? denied : 'ok';
  const { current } = await world.run({ replaces: world.old });
  world.fault = () => 'ok';
  return { world, half: current?.id ?? '' };
}

describe('an abort', () => {
  it('revokes what no sink may hold, and asks for nothing new', async () => {
    const world = makeWorld();
    world.fault = once('verify', { fail: 'before' });
    await world.run({ replaces: world.old });
    world.calls.length = 0;
    const report = await world.run({ abort: true });
    expect(world.calls.filter(({ method }) => method === 'issue')).toEqual([]);
    expect(report.phase).toBe('idle');
    expect(world.live()).toEqual([world.old]);
    expect(world.jobs()).toEqual([world.old, world.old]);
  });

  it('says which token remains, and in which sink', async () => {
    const { world, half } = await halfDone();
    const report = await world.run({ abort: true });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      phase: 'idle',
      current: { id: world.old },
      revoked: [],
      kept: [{ id: half, reason: 'held', sinks: ['memory:a'] }],
    });
    expect(world.live()).toEqual([world.old, half]);
  });

  it('leaves a state from which the next run converges', async () => {
    const { world } = await halfDone();
    await world.run({ abort: true });
    const report = await world.run();
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'out-of-step' });
    expect(world.live()).toEqual([report.current?.id]);
    expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
  });

  it('of a rotation with nothing under way does nothing', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const before = await events(world);
    expect(await world.run({ abort: true, force: true })).toMatchObject({ outcome: 'current' });
    expect(await events(world)).toEqual(before);
  });

  it('goes on looking for a token whose answer was lost', async () => {
    const world = makeWorld();
    world.fault = ({ method }) => (method === 'issue' ? { late: 60_000 } : 'ok');
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    await world.clock.advance(120_000);
    await world.run({ abort: true });
    expect(world.live()).toEqual([world.old]);
  });
});

describe('forgetting a sink', () => {
  it('frees what only that sink may hold, for the next run to revoke', async () => {
    const { world, half } = await halfDone();
    await world.run({ abort: true });
    const freed = await forget('ci', 'memory:a', 120_000, { ...world, owner: 'test' });
    expect(freed).toEqual({ tokens: [half], released: [half] });
    await world.run({ abort: true });
    expect(world.live()).toEqual([world.old]);
  });

  it('refuses a sink that the ledger does not know, and names those it knows', async () => {
    const { world } = await halfDone();
    await expect(
      forget('ci', 'memory:z', 120_000, { ...world, owner: 'test' }),
    ).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      hint: expect.stringContaining('memory:a, memory:b'),
    });
  });

  it('gives the lock back', async () => {
    const { world } = await halfDone();
    await forget('ci', 'memory:a', 120_000, { ...world, owner: 'test' });
    expect(await world.run()).toMatchObject({ outcome: 'rotated' });
  });
});

async function events(world: ReturnType<typeof makeWorld>): Promise<RotationEvent['type'][]> {
  const types: RotationEvent['type'][] = [];
  for await (const { event } of world.store.history('ci')) types.push(event.type);
  return types;
}
