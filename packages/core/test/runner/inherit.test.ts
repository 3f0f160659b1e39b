import { describe, expect, it } from 'vitest';

import { inherit } from '../../src/index.ts';
import { chain, EMPTY, serialise } from '../../src/ledger/index.ts';
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

  it('has its tokens on disk before the former ledger is emptied', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    world.calls.length = 0;
    const { store } = world;
    const order: string[] = [];
    const lock: World['store']['lock'] = async (rotation, owner, options) => {
      const held = await store.lock(rotation, owner, options);
      const append: typeof held.append = (added, revision, o) => {
        const { durable = 'now' } = o ?? {};
        const types = added.map(({ event }) => event.type);
        order.push([rotation, ...types, durable].join(' '));
        return held.append(added, revision, o);
      };
      return { ...held, append };
    };
    await inherit(
      { name: 'renamed', from: 'ci', issuer: identityOf(world.issuer) },
      { store: { ...store, lock }, clock: world.clock, owner: 'test' },
    );
    const emptied = order.findIndex((one) => one.startsWith('ci handed-over'));
    expect(emptied).toBeGreaterThan(0);
    expect(order.slice(0, emptied).at(-1)).toMatch(/^renamed .*now$/);
  });

  it('is no copy of a ledger with the same tokens of which another is in use', async () => {
    const world = makeWorld();
    const at = '2026-01-01T00:00:00.000Z';
    const tokens = ['one', 'two'].map((id) => ({
      ref: { id, label: 'x', issuedAt: at },
      exposed: true,
      retired: false,
    }));
    for (const [rotation, current] of [
      ['ci', 'one'],
      ['renamed', 'two'],
    ] as const) {
      const summary = { tokens, sinks: [], attempts: [], current };
      const opened = { type: 'opened', rotation, summary } as const;
      world.store.ledgers.set(rotation, chain(EMPTY, [opened], at).map(serialise));
    }
    await expect(goOn(world)).rejects.toMatchObject({ code: 'TOKEN_IN_USE' });
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
