import { describe, expect, it } from 'vitest';

import { inherit } from '../../src/index.ts';
import { identityOf } from '../../src/unstable.ts';
import { makeWorld, type World } from './world.ts';

const never = new Promise<never>(() => {});
/** The user said so on this machine. */
const renamed = { name: 'renamed', formerly: ['ci'] };
const goOn = (world: World, from = 'ci', name = 'renamed') =>
  inherit(
    { name, from, issuer: identityOf(world.issuer) },
    { store: world.store, clock: world.clock, owner: 'test' },
  );

describe('a rotation that was renamed', () => {
  it('goes on with its tokens, and leaves none behind', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const [before] = world.live();
    await expect(goOn(world)).resolves.toBe('inherited');
    await expect(goOn(world)).resolves.toBe('unchanged');
    expect(await world.run(renamed)).toMatchObject({ outcome: 'current' });
    const report = await world.run({ ...renamed, force: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [before] });
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('knows the predecessor that was named under its former name', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    await goOn(world);
    const again = { ...renamed, replaces: world.old };
    expect(await world.run(again)).toMatchObject({ outcome: 'current' });
    expect(await world.run({ ...again, force: true })).toMatchObject({ outcome: 'rotated' });
  });

  it('takes over what was under way, and what was lost', async () => {
    for (const method of ['issue', 'grant', 'deliver']) {
      const world = makeWorld();
      await world.run({ replaces: world.old });
      world.fault = (call) => (call.method === method ? never : 'ok');
      await Promise.race([world.run({ force: true }), world.clock.advance(10)]);
      world.store.steal('ci');
      world.fault = () => 'ok';
      await goOn(world);
      const report = await world.run({ ...renamed, wait: true, force: true });
      expect(world.jobs()).toEqual([report.current?.id, report.current?.id]);
      expect(world.live()).toEqual([report.current?.id]);
    }
  });

  it('is finished by the next try when it is killed at any append', async () => {
    for (let nth = 1; nth <= 3; nth++) {
      const world = makeWorld();
      await world.run({ replaces: world.old });
      let seen = 0;
      world.fault = ({ method }) => (method === 'append' && ++seen === nth ? never : 'ok');
      const done = await Promise.race([
        goOn(world).then(() => true),
        world.clock.advance(10).then(() => false),
      ]);
      world.store.steal('ci');
      world.store.steal('renamed');
      world.fault = () => 'ok';
      if (!done) await goOn(world);
      const report = await world.run({ ...renamed, force: true });
      expect(world.live()).toEqual([report.current?.id]);
    }
  });

  it('is refused where it has tokens of its own, nothing to go on with, or another account', async () => {
    const world = makeWorld();
    await expect(goOn(world)).rejects.toMatchObject({ code: 'USAGE_INVALID' });
    await world.run({ replaces: world.old });
    await expect(
      inherit(
        { name: 'renamed', from: 'ci', issuer: { id: 'memory:other' } },
        { store: world.store, clock: world.clock, owner: 'test' },
      ),
    ).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await world.run({
      name: 'renamed',
      permissions: ['shop/read_branch'],
      layout: { kind: 'joined', name: 'J' },
    });
    await expect(goOn(world)).rejects.toMatchObject({ code: 'TOKEN_IN_USE' });
  });
});
