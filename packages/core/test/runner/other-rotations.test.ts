import { describe, expect, it } from 'vitest';

import { adopt, type RotationReport } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;

/** A rotation of its own for each sink: `a` writes memory:a. */
const of = (
  world: World,
  name: string,
  changes: Parameters<World['run']>[0] = {},
): Promise<RotationReport> =>
  world.run({ name, sinks: world.sinks.filter(({ id }) => id === `memory:${name}`), ...changes });

async function adoptOld(world: World, name: string, sinks: readonly string[]): Promise<void> {
  const { store, clock, old: id } = world;
  const issuedAt = new Date(clock.now() - 100 * 24 * HOUR).toISOString();
  const token = { id, label: 'by-hand', issuedAt, permissions: ['shop/read_branch'] };
  await adopt({ name, token, sinks }, { store, clock, owner: 'test' });
}

describe('other rotations', () => {
  it('are asked about before the first write and for tokens that the user named, and not after that', async () => {
    const world = makeWorld();
    const asked = (): number => world.calls.filter(({ method }) => method === 'mentioning').length;
    await of(world, 'a', { replaces: world.old });
    expect(asked()).toBeGreaterThan(0);
    world.calls.length = 0;
    expect(await of(world, 'a', { force: true })).toMatchObject({ outcome: 'rotated' });
    expect(asked()).toBe(0);
  });

  it('keep a token that one of them may hold, and it is said which', async () => {
    const world = makeWorld();
    await adoptOld(world, 'b', ['memory:b']);
    expect(await of(world, 'a', { replaces: world.old })).toMatchObject({
      outcome: 'incomplete',
      error: {
        code: 'TOKEN_IN_USE',
        effect: 'none',
        message: expect.stringMatching(`token ${world.old} was not revoked, .* rotation b `),
        hint: expect.stringMatching(/: keyturn rotate b$/),
      },
    });
  });

  it('keep a token to the end of the grace, and no moment longer', async () => {
    const world = makeWorld();
    const policy = { maxAge: 1e12, grace: HOUR, settle: 1000 };
    await of(world, 'a', { replaces: world.old, policy, permissions: [] });
    await world.clock.advance(1000);
    await of(world, 'b', { replaces: world.old, policy, permissions: [] });
    await world.clock.advance(HOUR - 1001);
    expect((await of(world, 'b', { policy: { ...policy, grace: HOUR / 2 } })).revoked).toEqual([
      world.old,
    ]);

    const other = makeWorld();
    await of(other, 'a', { replaces: other.old, policy, permissions: [] });
    await other.clock.advance(1000);
    await of(other, 'b', { replaces: other.old, policy, permissions: [] });
    await other.clock.advance(HOUR - 1000);
    expect((await of(other, 'a', { policy })).revoked).toEqual([]);
    await other.clock.advance(1000);
    expect((await of(other, 'a', { policy })).revoked).toEqual([other.old]);
  });

  it('keep the token that one of them made', async () => {
    const world = makeWorld();
    const { current } = await of(world, 'b', { replaces: world.old });
    expect(await of(world, 'a', { replaces: current?.id ?? '' })).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'TOKEN_IN_USE',
        effect: 'none',
        message: `token ${current?.id} belongs to the rotation b, and memory:b might hold it`,
        hint: expect.stringMatching(/keyturn adopt a --from b; .*keyturn forget b --sink memory:b/),
      },
    });
  });

  it('may have been named the same token: it is replaced in each', async () => {
    const world = makeWorld();
    await adoptOld(world, 'b', ['memory:b']);
    const report = await of(world, 'a', { replaces: world.old });
    expect(report.sinks).toMatchObject([{ status: 'delivered' }]);
  });
});

describe('a place that another rotation writes', () => {
  const request = { permissions: ['shop/read_branch'] };

  it('is refused, and it is said which', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await of(world, 'a', request);
    const report = await world.run({ name: 'both', ...request });
    expect(report).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'CONFIG_INVALID',
        effect: 'none',
        message: 'memory:a: the rotation a writes the same names there',
        hint: expect.stringMatching(
          /: keyturn adopt both --from a; .*: keyturn forget a --sink memory:a$/,
        ),
      },
    });
    expect(world.store.ledgers.has('both')).toBe(false);
  });

  it('is not taken for that of a former name by one that has tokens of its own', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await of(world, 'a', request);
    await of(world, 'b', request);
    const { error } = await world.run({ name: 'b', force: true });
    expect(error?.hint).toBe(
      'Give one of them other names, or forget the sink in that rotation: keyturn forget a --sink memory:a',
    );
  });

  it('is not taken for that of a former name by one that may have made a token already', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await of(world, 'a', request);
    world.fault = ({ method }) => {
      if (method === 'find') return { fail: 'before' };
      return method === 'issue' ? { fail: 'after' } : 'ok';
    };
    await of(world, 'b', request);
    const { error } = await world.run({ name: 'b', ...request });
    expect(error?.hint).toBe(
      'Give one of them other names, or forget the sink in that rotation: keyturn forget a --sink memory:a',
    );
  });

  it('is free where that one only says which token is there, and not where', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await adoptOld(world, 'b', ['memory:b']);
    expect(await world.run({ name: 'both', ...request })).toMatchObject({ outcome: 'rotated' });
  });

  it('is free under other names', async () => {
    const world = makeWorld(['memory:a']);
    await of(world, 'a', request);
    const layout = { kind: 'pair', names: { id: 'X', token: 'Y' } } as const;
    expect(await world.run({ name: 'both', ...request, layout })).toMatchObject({
      outcome: 'rotated',
    });
  });

  it('is free once that rotation writes elsewhere', async () => {
    const world = makeWorld(['memory:a', 'memory:b']);
    await of(world, 'a', request);
    await world.run({ name: 'a', sinks: world.sinks.slice(1), force: true });
    const sinks = world.sinks.slice(0, 1);
    expect(await world.run({ name: 'both', sinks, ...request })).toMatchObject({
      outcome: 'rotated',
    });
  });
});
