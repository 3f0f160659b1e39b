import { describe, expect, it } from 'vitest';

import { adopt, forget, type RotationReport } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;

/** Two rotations of one sink each: at first both sinks hold the same token. */
function makePair(grace = 0): {
  world: World;
  run: (name: 'a' | 'b', changes?: Parameters<World['run']>[0]) => Promise<RotationReport>;
} {
  const world = makeWorld();
  const policy = { maxAge: 2400 * HOUR, grace, settle: 120_000 };
  return {
    world,
    run: (name, changes) => {
      const sinks = world.sinks.filter(({ id }) => id === `memory:${name}`);
      return world.run({ name, sinks, policy, ...changes });
    },
  };
}

async function adoptIn(world: World, name: string, sinks: readonly string[]): Promise<void> {
  const token = await world.issuer.get(world.old, { signal: new AbortController().signal });
  if (token === undefined) throw new Error('the old token is there');
  const { store, clock } = world;
  await adopt({ name, token, sinks }, { store, clock, owner: 'test' });
}

describe('a token that the user named in two rotations', () => {
  it('lives until the second of them has replaced it', async () => {
    const { world, run } = makePair();
    await adoptIn(world, 'b', ['memory:b']);
    const first = await run('a', { replaces: world.old });
    expect(first).toMatchObject({
      outcome: 'incomplete',
      revoked: [],
      kept: [{ id: world.old, reason: 'unrevoked' }],
      error: { code: 'TOKEN_IN_USE' },
    });
    expect(first.error?.message).toContain('the rotation b');
    expect(world.jobs()[1]).toBe(world.old);

    const second = await run('b', { force: true });
    expect(second).toMatchObject({ outcome: 'rotated', revoked: [world.old] });
    expect((await run('a')).kept).toEqual([]);
    expect(world.live()).toHaveLength(2);
  });

  it('lives until the grace of the other is over', async () => {
    const { world, run } = makePair(HOUR);
    await run('b', { replaces: world.old });
    await run('a', { replaces: world.old, permissions: ['read_organization'] });
    await world.clock.sleep(HOUR / 2);
    expect((await run('a', { policy: { maxAge: 1e12, grace: HOUR, settle: 1 } })).revoked).toEqual(
      [],
    );
    await world.clock.sleep(HOUR);
    expect((await run('a')).revoked).toEqual([world.old]);
    expect(await run('b')).toMatchObject({ kept: [], phase: 'idle' });
  });

  it('dies for both where the user has it die first, and is said to', async () => {
    const { world, run } = makePair();
    await adoptIn(world, 'b', ['memory:b']);
    const first = await run('a', { replaces: world.old, breakGlass: 'revoke-first' });
    expect(first.revoked).toEqual([world.old]);
    expect(first.warnings.join()).toContain('keyturn rotate b --break-glass');
    const permissions = ['shop/read_branch'];
    const second = await run('b', { breakGlass: 'replace-first', permissions });
    expect(second).toMatchObject({ outcome: 'rotated', kept: [] });
    expect(world.jobs()).toEqual([first.current?.id, second.current?.id]);
  });

  it('is not replaced by one when the other made it', async () => {
    const { world, run } = makePair();
    const { current } = await run('b', { replaces: world.old });
    const made = current?.id ?? '';
    const report = await run('a', { replaces: made });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TOKEN_IN_USE' } });
    expect(world.live()).toEqual([made]);

    // The rotation was renamed: the user says that its ledger has no say any more.
    const { store, clock } = world;
    await forget('b', 'memory:b', 120_000, { store, clock, owner: 'test' });
    const sinks = world.sinks.slice(1);
    const renamed = await run('a', { replaces: made, sinks });
    expect(renamed).toMatchObject({ outcome: 'rotated', revoked: [made] });
    expect(world.live()).toEqual([renamed.current?.id]);
  });
});

describe('a sink that joins a rotation whose token the user named', () => {
  it('may hold that token, so that a run without the sink does not revoke it', async () => {
    const world = makeWorld();
    await adoptIn(world, 'ci', ['memory:a']);
    const report = await world.run({ selected: ['memory:a'], force: true });
    expect(report).toMatchObject({
      revoked: [],
      kept: [{ id: world.old, reason: 'held', sinks: ['memory:b'] }],
    });
    expect(world.jobs()[1]).toBe(world.old);
    expect((await world.run()).revoked).toContain(world.old);
    expect(world.live()).toHaveLength(1);
  });
});
