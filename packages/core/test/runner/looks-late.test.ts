import { describe, expect, it } from 'vitest';

import type { Confirmation, Proof, SecretSink } from '../../src/index.ts';
import type { RotationEvent } from '../../src/ledger/index.ts';
import { makeWorld, once, type World } from './world.ts';

const A = 'memory:a';
const HOUR = 3_600_000;
const settle = 120_000;
const policy = { maxAge: 1e12, grace: HOUR, settle };
const eventsOf = (world: World, ...types: readonly RotationEvent['type'][]): RotationEvent[] =>
  world.store
    .records('ci')
    .map(({ event }) => event)
    .filter(({ type }) => types.includes(type));

/** Looks for drift at a sink that shows this. Returns what it is asked to compare with. */
async function look(world: World, shows?: Confirmation): Promise<Proof[]> {
  const proofs: Proof[] = [];
  const sinks = world.sinks.map((sink): SecretSink => ({
    ...sink,
    confirm: async (expected, proof, o) => {
      proofs.push(proof);
      return shows ?? sink.confirm(expected, proof, o);
    },
  }));
  await world.run({ sinks, policy, drift: 'report' });
  return proofs;
}

describe('a look at a sink where a write of the token in use was not answered', () => {
  /** The token was sent twice, and the first answer was lost so long ago. */
  async function sentTwice(age: number, readBack: 'stamp' | 'value' = 'stamp'): Promise<World> {
    const world = makeWorld([A], readBack);
    const deaf = once('confirm', { fail: 'before' });
    const lossy = once('deliver', { fail: 'after' }, 2);
    world.fault = (call) => {
      if (call.adapter !== A) return 'ok';
      return call.method === 'confirm' ? deaf(call) : lossy(call);
    };
    await world.run({ replaces: world.old, policy });
    world.fault = () => 'ok';
    const lost = world.store.records('ci').find(({ event }) => event.type === 'undelivered');
    const at = Date.parse(lost?.at ?? '');
    await world.clock.advance(at + age - world.clock.now());
    return world;
  }

  it.each([
    [settle - 1, 0],
    [settle, 1],
  ])('is taken once that cannot land any more: after %i ms', async (age, count) => {
    const world = await sentTwice(age);
    expect(await look(world, 'same')).toHaveLength(count);
    expect(eventsOf(world, 'settled')).toHaveLength(count);
  });

  it('believes a sink that shows values, whichever write was the last', async () => {
    const world = await sentTwice(settle, 'value');
    await look(world, 'different');
    expect(eventsOf(world, 'looked', 'settled')).toEqual([
      { type: 'looked', sink: A, shows: 'different' },
    ]);
  });
});

describe('a look at a sink where a write of another token was not answered', () => {
  it('is left to the one that tells whether that has landed since', async () => {
    const world = makeWorld([A]);
    await world.run({ replaces: world.old, policy });
    world.fault = ({ method }) => (method === 'deliver' ? { late: Infinity } : 'ok');
    await world.run({ force: true, policy });
    world.fault = () => 'ok';
    await world.run({ force: true, policy });
    await world.clock.advance(2 * settle);
    const proofs = await look(world);
    expect(proofs).toHaveLength(1);
    expect(proofs[0]?.since).toBeDefined();
  });
});
