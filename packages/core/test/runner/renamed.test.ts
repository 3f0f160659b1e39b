import { describe, expect, it } from 'vitest';

import { adopt, forget, inherit, type Progress } from '../../src/index.ts';
import { identityOf } from '../../src/unstable.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const denied = { fail: 'before' } as const;

async function adoptOld(world: World, name: string, sinks: readonly string[]): Promise<void> {
  const { store, clock, old: id } = world;
  const issuedAt = new Date(clock.now() - 100 * 24 * HOUR).toISOString();
  const token = { id, label: 'by-hand', issuedAt, permissions: ['shop/read_branch'] };
  await adopt({ name, token, sinks }, { store, clock, owner: 'test' });
}

describe('a rotation that was renamed', () => {
  const goOn = ({ store, clock, issuer }: World, name = 'renamed') =>
    inherit({ name, from: 'ci', issuer: identityOf(issuer) }, { store, clock, owner: 'test' });
  const eventsOf = (world: World, name: string) =>
    world.store.records(name).map(({ event }) => event);

  it('tells in both ledgers what became of it', async () => {
    const world = makeWorld();
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? denied : 'ok';
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    await goOn(world);
    expect(eventsOf(world, 'ci').slice(-2)).toMatchObject([
      { type: 'lost', reason: 'renamed to renamed' },
      { type: 'handed-over', to: 'renamed' },
    ]);
    expect(eventsOf(world, 'renamed')).toMatchObject([
      { type: 'opened', rotation: 'renamed', from: 'ci' },
    ]);
  });

  it('takes over what was asked for and never answered', async () => {
    const world = makeWorld();
    world.fault = ({ method }) => (method === 'issue' ? { late: Infinity } : 'ok');
    const policy = { maxAge: 1e12, grace: HOUR, settle: 120_000 };
    await world.run({ permissions: [], policy });
    world.fault = () => 'ok';
    await expect(goOn(world)).resolves.toBe('inherited');
    const report = await world.run({ name: 'renamed', abort: true, policy });
    expect(report.pending).not.toEqual([]);
    await expect(goOn(world)).rejects.toMatchObject({ code: 'USAGE_INVALID' });
  });

  it('is copied once, though it is killed after that', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    world.fault = ({ about }) => (about.includes('handed-over') ? denied : 'ok');
    await expect(goOn(world)).rejects.toMatchObject({ code: 'STATE_FAILED' });
    world.fault = () => 'ok';
    await expect(goOn(world)).resolves.toBe('inherited');
    expect(eventsOf(world, 'renamed')).toHaveLength(1);
    expect(eventsOf(world, 'ci').at(-1)).toEqual({ type: 'handed-over', to: 'renamed' });
  });

  it('may be from before ledgers knew their issuer', async () => {
    const world = makeWorld();
    await adoptOld(world, 'ci', ['memory:a', 'memory:b']);
    await expect(goOn(world)).resolves.toBe('inherited');
    expect(await world.run({ name: 'renamed', force: true })).toMatchObject({
      outcome: 'rotated',
      revoked: [world.old],
    });
  });

  it('shows who watches what is recorded in which ledger', async () => {
    const world = makeWorld();
    await world.run({ replaces: world.old });
    const { store, clock, issuer } = world;
    const seen: unknown[] = [];
    const observe = (progress: Progress): void =>
      void seen.push([progress.type, progress.rotation]);
    const request = { name: 'renamed', from: 'ci', issuer: identityOf(issuer) };
    await inherit(request, { store, clock, owner: 'test', observe });
    expect(seen).toEqual([
      ['event', 'renamed'],
      ['event', 'ci'],
    ]);
  });

  it.each([
    ['still has', 'To forget one: keyturn forget ci --sink memory:a'],
    ['has lost', 'Delete its tokens when nothing uses them: keyturn token delete ID.'],
  ])('is told how to end the other, which %s its sinks', async (how, hint) => {
    const world = makeWorld();
    const { store, clock } = world;
    await world.run({ replaces: world.old });
    const layout = { kind: 'joined', name: 'J' } as const;
    await world.run({ name: 'renamed', permissions: [], layout });
    if (how === 'has lost')
      for (const { id } of world.sinks)
        await forget('ci', id, '0s', { store, clock, owner: 'test' });
    await expect(goOn(world)).rejects.toMatchObject({ hint: expect.stringContaining(hint) });
  });

  it.each([
    ['has nothing to go on with', 'USAGE_INVALID', 'the ledger of ci has no token'],
    ['has tokens of its own', 'TOKEN_IN_USE', 'renamed already has tokens of its own'],
    ['has another one under way', 'TOKEN_IN_USE', 'renamed already has tokens of its own'],
    ['has one more of its own', 'TOKEN_IN_USE', 'renamed already has tokens of its own'],
    [
      'is of another account',
      'CONFIG_INVALID',
      'the tokens of ci belong to memory:acme, but renamed is configured for memory:other',
    ],
  ])('is refused if it %s, and gives both ledgers back', async (what, code, message) => {
    const world = makeWorld();
    const { store, clock } = world;
    if (what === 'has tokens of its own') {
      await world.run({ replaces: world.old });
      const layout = { kind: 'joined', name: 'J' } as const;
      await world.run({ name: 'renamed', permissions: [], layout });
    }
    if (/one more|under way/.test(what)) {
      await adoptOld(world, 'ci', ['memory:b']);
      await adoptOld(world, 'renamed', ['memory:a']);
      world.fault = ({ method }) => (method === 'deliver' ? denied : 'ok');
      await world.run({ name: 'renamed', sinks: world.sinks.slice(0, 1), force: true });
      if (what === 'has another one under way')
        await world.run({ sinks: world.sinks.slice(1), force: true });
      world.fault = () => 'ok';
    }
    if (what === 'is of another account') await world.run({ replaces: world.old });
    const issuer = { id: what === 'is of another account' ? 'memory:other' : 'memory:acme' };
    await expect(
      inherit({ name: 'renamed', from: 'ci', issuer }, { store, clock, owner: 'test' }),
    ).rejects.toMatchObject({
      code,
      message,
      effect: 'none',
      hint: expect.stringMatching(/\w/),
    });
    expect(await store.holder?.('ci')).toBeUndefined();
    expect(await store.holder?.('renamed')).toBeUndefined();
  });
});
