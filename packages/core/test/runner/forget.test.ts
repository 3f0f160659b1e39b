import { describe, expect, it } from 'vitest';

import { forget } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const SETTLE = 120_000;
const policy = { maxAge: 1e12, grace: 1000, settle: SETTLE };

const forgetB = ({ store, clock }: World): ReturnType<typeof forget> =>
  forget('ci', 'memory:b', 120_000, { store, clock, owner: 'test' });

describe('forgetting a sink', () => {
  it('is refused while a write may still land there, which would bring its token back', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'none');
    await world.run({ replaces: world.old, policy });
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { late: SETTLE - 10_000 } : 'ok';
    await world.run({ force: true, policy });
    world.fault = () => 'ok';
    await expect(forgetB(world)).rejects.toMatchObject({ code: 'TOKEN_IN_USE', effect: 'none' });
    await world.run({ policy });
    await world.clock.sleep(SETTLE);
    await world.run({ policy: { ...policy, grace: 0 } });
    const working = world.jobs();
    expect(working).toEqual([working[0], working[0]]);
    expect(working[0]).toBeDefined();
  });

  it('takes the word of the user once nothing can land any more', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'none');
    await world.run({ replaces: world.old, policy });
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before' } : 'ok';
    await world.run({ force: true, policy });
    await world.clock.sleep(SETTLE + 10_000);
    expect((await forgetB(world)).tokens).toHaveLength(1);
  });
});
