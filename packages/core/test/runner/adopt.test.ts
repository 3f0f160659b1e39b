import { describe, expect, it } from 'vitest';

import { adopt, type Adoption, type KeyturnError } from '../../src/index.ts';
import { readState } from '../../src/unstable.ts';
import { makeWorld, type World } from './world.ts';

const DAY = 86_400_000;
const signal = new AbortController().signal;

async function adoptOld(world: World, id = world.old): Promise<Adoption> {
  const token = await world.issuer.get(id, { signal });
  if (token === undefined) throw new Error(`no token ${id}`);
  const sinks = world.sinks.map((sink) => sink.id);
  return adopt(
    { name: 'ci', token, sinks },
    { store: world.store, clock: world.clock, owner: 'test' },
  );
}

const refusal = (promise: Promise<unknown>): Promise<KeyturnError> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: KeyturnError) => error,
  );

describe('adopting a token', () => {
  it('makes it the current one of every sink, and asks nobody for anything', async () => {
    const world = makeWorld();
    world.calls.length = 0;
    expect(await adoptOld(world)).toBe('adopted');
    const asked = world.calls.filter(({ adapter }) => adapter !== 'memory');
    expect(asked.map(({ method }) => method)).toEqual(['get']);
    const state = await readState(world.store, 'ci');
    expect(state).toMatchObject({ phase: 'idle', current: world.old });
    expect([...state.sinks.values()].map(({ base }) => base)).toEqual([[world.old], [world.old]]);
    expect(world.jobs()).toEqual([world.old, world.old]);
  });

  it('replaces it when it is due, and revokes it then', async () => {
    const world = makeWorld();
    await adoptOld(world);
    const policy = { maxAge: 110 * DAY, grace: 0, settle: 120_000 };
    expect((await world.run({ policy })).outcome).toBe('current');
    expect(world.live()).toEqual([world.old]);
    await world.clock.sleep(20 * DAY);
    const report = await world.run({ policy });
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'age', revoked: [world.old] });
    expect(world.live()).toEqual([report.current?.id]);
    expect(report.warnings).toEqual([]);
  });

  it('changes nothing when it is done again, before and after a rotation', async () => {
    const world = makeWorld();
    await adoptOld(world);
    const { revision } = await world.store.open('ci');
    expect(await adoptOld(world)).toBe('unchanged');
    expect((await world.store.open('ci')).revision).toBe(revision);
  });

  it('is refused where the rotation has another token', async () => {
    const world = makeWorld();
    const report = await world.run({ replaces: world.old });
    const other = world.issuer.seed({ label: 'other' });
    const error = await refusal(adoptOld(world, other.id));
    expect(error).toMatchObject({ code: 'TOKEN_IN_USE', effect: 'none' });
    expect(error.message).toContain(`current token is ${report.current?.id}`);
    expect((await readState(world.store, 'ci')).tokens.has(other.id)).toBe(false);
  });

  it('is refused while a new token is on its way', async () => {
    const world = makeWorld();
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
    const { phase } = await world.run({ permissions: ['read_organization'] });
    expect(phase).toBe('delivering');
    const error = await refusal(adoptOld(world));
    expect(error).toMatchObject({ code: 'TOKEN_IN_USE' });
    expect(error.message).toContain('in progress');
  });

  it('is refused while another run holds the rotation', async () => {
    const world = makeWorld();
    const lock = await world.store.lock('ci', 'somebody');
    expect(await refusal(adoptOld(world))).toMatchObject({ code: 'STATE_BUSY' });
    await lock.release();
    expect(await adoptOld(world)).toBe('adopted');
  });

  it('keeps what an earlier attempt left unsettled', async () => {
    const world = makeWorld();
    world.fault = ({ method }) =>
      method === 'issue' ? { fail: 'after' } : method === 'find' ? { fail: 'before' } : 'ok';
    await world.run({ permissions: ['read_organization'] });
    world.fault = () => 'ok';
    const before = await readState(world.store, 'ci');
    expect(before.attempts).not.toEqual([]);
    expect(await adoptOld(world)).toBe('adopted');
    const after = await readState(world.store, 'ci');
    expect(after.attempts).toEqual(before.attempts);
    expect([...after.tokens.keys()]).toEqual([...before.tokens.keys(), world.old]);
  });
});
