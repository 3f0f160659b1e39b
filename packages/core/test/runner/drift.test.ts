import { describe, expect, it } from 'vitest';

import { memorySink } from '../../src/testing/memory/sink.ts';
import { makeWorld, names, once, type World } from './world.ts';

const HOUR = 3_600_000;
const remove = async (world: World, nth: number, ...removed: string[]): Promise<void> => {
  await world.sinks[nth]?.remove?.(removed, { signal: new AbortController().signal });
};

async function rotated(readBack: 'value' | 'stamp' | 'none'): Promise<World> {
  const world = makeWorld(['memory:a', 'memory:b'], readBack);
  await world.clock.advance(5000);
  await world.run({ replaces: world.old });
  await world.clock.advance(5000);
  return world;
}

describe('a run that has nothing to do', () => {
  it.each(['value', 'stamp'] as const)(
    'notices what somebody else overwrote or removed, where sinks show %s, and says it every time',
    async (readBack) => {
      const world = await rotated(readBack);
      expect(await world.run({ drift: 'report' })).toMatchObject({
        outcome: 'current',
        drifted: [],
      });
      world.sinks[0]?.write(names.token, 'by-hand');
      await remove(world, 1, names.id, names.token);
      for (let run = 0; run < 2; run++)
        expect(await world.run({ drift: 'report' })).toMatchObject({
          outcome: 'drifted',
          drifted: ['memory:a', 'memory:b'],
          warnings: [
            expect.stringContaining('memory:a was overwritten'),
            expect.stringContaining('memory:b was removed'),
          ],
        });
      const healed = await world.run({ drift: 'heal' });
      expect(healed).toMatchObject({ outcome: 'rotated', reason: 'drifted', drifted: [] });
      expect(world.jobs()).toEqual([healed.current?.id, healed.current?.id]);
      expect(world.live()).toEqual([healed.current?.id]);
    },
  );

  describe('after the answer to a write of the same token was lost', () => {
    const SETTLE = 120_000;

    async function unanswered(late: number): Promise<World> {
      const world = makeWorld(['memory:a'], 'stamp');
      await world.clock.advance(5000);
      world.fault = once('deliver', { late });
      expect(await world.run({ replaces: world.old })).toMatchObject({ outcome: 'rotated' });
      return world;
    }

    it('looks as soon as that write cannot take effect anymore, and from then on', async () => {
      const world = await unanswered(Infinity);
      expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: [] });
      await world.clock.advance(SETTLE);
      expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: [] });
      world.sinks[0]?.write(names.token, 'by-hand');
      expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: ['memory:a'] });
    });

    it('notices what was removed before the first look', async () => {
      const world = await unanswered(Infinity);
      await world.clock.advance(SETTLE);
      await remove(world, 0, names.id, names.token);
      expect(await world.run({ drift: 'report' })).toMatchObject({ drifted: ['memory:a'] });
    });

    it('does not take that write for one of somebody else', async () => {
      const world = await unanswered(SETTLE - 1000);
      await world.clock.advance(SETTLE);
      for (let run = 0; run < 2; run++)
        expect(await world.run({ drift: 'heal' })).toMatchObject({
          outcome: 'current',
          drifted: [],
        });
    });
  });

  it('forgets it once what was written is there again', async () => {
    const world = await rotated('value');
    const kept = world.sinks[0]?.values.get(names.token) ?? '';
    world.sinks[0]?.write(names.token, 'by-hand');
    expect((await world.run({ drift: 'report' })).outcome).toBe('drifted');
    world.sinks[0]?.write(names.token, kept);
    expect((await world.run({ drift: 'report' })).outcome).toBe('current');
  });

  it('notices that somebody disabled the token in use, and that it works again', async () => {
    const world = await rotated('value');
    const token = world.issuer.tokens.find(({ id }) => id === world.live()[0]);
    if (token === undefined) throw new Error('there is none');
    token.disabled = true;
    const report = await world.run({ drift: 'report' });
    expect(report).toMatchObject({ outcome: 'drifted', drifted: ['token'] });
    expect(report.warnings.join()).toContain('disabled');
    token.disabled = false;
    expect((await world.run({ drift: 'report' })).outcome).toBe('current');
    token.disabled = true;
    const healed = await world.run({ drift: 'heal' });
    expect(healed).toMatchObject({ outcome: 'rotated', reason: 'drifted' });
    expect(world.jobs()).toEqual([healed.current?.id, healed.current?.id]);
    expect(world.live()).toEqual([healed.current?.id]);
  });

  it('notices that the token in use was deleted', async () => {
    const world = await rotated('value');
    const token = world.issuer.tokens.find(({ id }) => id === world.live()[0]);
    if (token !== undefined) token.revokedAt = '2030-01-01T00:00:00Z';
    expect(await world.run({ drift: 'report' })).toMatchObject({
      outcome: 'drifted',
      drifted: ['token'],
    });
    const healed = await world.run({
      drift: 'heal',
      permissions: ['read_organization', 'shop/read_branch'],
    });
    expect(healed).toMatchObject({ outcome: 'rotated', reason: 'drifted' });
    expect(world.jobs()).toEqual([healed.current?.id, healed.current?.id]);
  });

  it('makes one request per sink and one to the issuer, and none with drift: off', async () => {
    const world = await rotated('stamp');
    world.calls.length = 0;
    await world.run({ drift: 'report' });
    expect(
      world.calls.filter(({ adapter }) => adapter !== 'memory').map(({ method }) => method),
    ).toEqual(expect.arrayContaining(['get', 'confirm', 'confirm']));
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toHaveLength(3);
    expect(world.calls.map(({ method }) => method)).not.toContain('append');
    world.calls.length = 0;
    await world.run({ drift: 'off' });
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toEqual([]);
  });

  it('says what it could not look at, and takes it for nothing', async () => {
    const world = await rotated('stamp');
    world.sinks[0]?.write(names.token, 'by-hand');
    world.fault = once('confirm', { fail: 'before' });
    const report = await world.run({ drift: 'report' });
    world.fault = () => 'ok';
    expect(report.warnings.join()).toContain('not checked for drift');
    expect((await world.run({ drift: 'heal' })).outcome).toBe('rotated');
  });
});

it('a replaced token is not revoked while a sink shows that somebody else wrote there', async () => {
  const world = makeWorld(['memory:a'], 'stamp');
  await world.clock.advance(5000);
  const policy = { maxAge: 90 * 24 * HOUR, grace: HOUR, settle: 120_000 };
  await world.run({ replaces: world.old, policy });
  const old = world.issuer.tokens.find(({ id }) => id === world.old);
  await world.clock.advance(HOUR);
  world.sinks[0]?.write(names.id, world.old);
  world.sinks[0]?.write(names.token, old?.secret ?? '');
  const report = await world.run({ policy, drift: 'report' });
  expect(report).toMatchObject({ outcome: 'drifted', revoked: [], kept: [{ reason: 'drifted' }] });
  expect(world.jobs()).toEqual([world.old]);
  await world.run({ policy, drift: 'heal' });
  await world.clock.advance(HOUR);
  const last = await world.run({ policy, drift: 'heal' });
  expect(world.live()).toEqual([last.current?.id]);
});

it('a platform that lags is not taken for somebody else', async () => {
  const world = makeWorld(['memory:a'], 'stamp');
  const sink = memorySink({
    id: 'memory:a',
    clock: world.clock,
    supports: { readBack: 'stamp', atomic: false },
    platform: { lag: 3000 },
  });
  for (const [name, value] of world.sinks[0]?.values ?? []) sink.write(name, value);
  await world.clock.advance(10_000);
  const request = { sinks: [sink], drift: 'report' as const };
  await world.run({ ...request, replaces: world.old });
  await world.clock.advance(10_000);
  expect((await world.run(request)).outcome).toBe('current');
  await world.run({ ...request, force: true });
  await world.clock.advance(10_000);
  expect((await world.run(request)).outcome).toBe('current');
});
