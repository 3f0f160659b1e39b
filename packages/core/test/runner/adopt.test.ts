import { describe, expect, it } from 'vitest';

import { adopt, type Adoption, type KeyturnError } from '../../src/index.ts';
import { chain, EMPTY, serialise } from '../../src/ledger/index.ts';
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

  it('records when it expires, if it does', async () => {
    for (const expires of [{ expiresAt: '2031-01-01T00:00:00.000Z' }, {}]) {
      const { store, clock } = makeWorld();
      const ref = { id: 'x', label: 'l', issuedAt: '2030-01-01T00:00:00.000Z', ...expires };
      const events: unknown[] = [];
      await adopt(
        { name: 'ci', token: { ...ref, permissions: [] }, sinks: [] },
        {
          store,
          clock,
          owner: 'test',
          observe: (seen) => {
            if (seen.type === 'event' && seen.event.type === 'adopted')
              events.push(seen.event.token);
          },
        },
      );
      expect(events).toStrictEqual([ref]);
    }
  });

  it('is refused for one that was replaced, also if there is no current one', async () => {
    const world = makeWorld();
    const at = '2030-01-01T00:00:00.000Z';
    const ref = { id: world.old, label: 'x', issuedAt: at };
    const tokens = [{ ref, exposed: true, retired: true }];
    const summary = { tokens, sinks: [], attempts: [] };
    const opened = { type: 'opened', rotation: 'ci', summary } as const;
    world.store.ledgers.set('ci', chain(EMPTY, [opened], at).map(serialise));
    expect((await refusal(adoptOld(world))).code).toBe('TOKEN_IN_USE');
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
