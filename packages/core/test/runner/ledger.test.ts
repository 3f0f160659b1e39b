import { describe, expect, it } from 'vitest';

import { chain, EMPTY, serialise } from '../../src/ledger/index.ts';
import { makeWorld } from './world.ts';

describe('a ledger', () => {
  it('of another rotation is refused', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    world.store.ledgers.set('other', world.store.ledgers.get('ci') ?? []);
    expect(await world.run({ name: 'other' })).toMatchObject({
      outcome: 'failed',
      error: { code: 'STATE_CORRUPT', message: expect.stringContaining('the rotation ci') },
    });
  });

  it('that was altered stops the run before anything is asked for', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const lines = world.store.ledgers.get('ci') ?? [];
    world.store.ledgers.set(
      'ci',
      lines.map((line) => line.replace('"reason":"replaces"', '"reason":"forced"')),
    );
    world.calls.length = 0;
    expect(await world.run({ force: true })).toMatchObject({
      outcome: 'failed',
      error: { code: 'STATE_CORRUPT' },
    });
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toEqual([]);
  });

  it('whose events cannot have happened in their order is refused, though its hashes were made anew', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const events = world.store.records('ci').map(({ event }) => event);
    const forged = chain(EMPTY, [...events, ...events.slice(-2)], '2030-01-01T00:00:00.000Z');
    world.store.ledgers.set('ci', forged.map(serialise));
    expect(await world.run({ force: true })).toMatchObject({
      outcome: 'failed',
      error: { code: 'STATE_CORRUPT', message: expect.stringContaining('is not allowed') },
    });
  });

  it('that cannot be written stops the run before the effect', async () => {
    const world = makeWorld();
    world.fault = (call) =>
      call.method === 'append' && call.about.includes('started') ? { fail: 'before' } : 'ok';
    expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'failed' });
    expect(world.live()).toEqual([world.old]);
    world.fault = () => 'ok';
    expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'rotated' });
  });
});
