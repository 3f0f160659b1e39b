import { describe, expect, it } from 'vitest';

import type { Layout, SecretSink, TokenIssuer } from '../../src/index.ts';
import { memorySink, type MemorySink } from '../../src/testing/memory/sink.ts';
import { Claims } from '../../src/runner/run/beside.ts';
import { makeWorld, names, type World } from './world.ts';

const HOUR = 3_600_000;
const others = { id: 'OTHER_ID', token: 'OTHER' };
const pair = (named: { id: string; token: string }): Layout => ({ kind: 'pair', names: named });

/** The same sink, as if its platform or folder were another one, or its thing had that unchanging id. */
function as(
  sink: MemorySink,
  changes: { id?: string; server?: string; thing?: string },
): SecretSink {
  const { id = sink.id, server, thing } = changes;
  return {
    ...sink,
    id,
    ...(server !== undefined && { server }),
    check: async (wanted, o) => ({
      ...(await sink.check(wanted, o)),
      ...(thing !== undefined && { place: thing }),
    }),
  };
}

async function rotated(sinkIds: readonly string[] = ['memory:a']): Promise<World> {
  const world = makeWorld(sinkIds, 'stamp');
  await world.clock.advance(5000);
  expect((await world.run({ replaces: world.old })).outcome).toBe('rotated');
  await world.clock.advance(HOUR);
  return world;
}

const works = (world: World, named = names, nth = 0): boolean => {
  const values = world.sinks[nth]?.values;
  const token = world.issuer.use(values?.get(named.token) ?? '');
  return token !== undefined && token.id === values?.get(named.id);
};

describe('names that were edited', () => {
  it('are out of step at once, and what the old ones hold is kept and named', async () => {
    const world = await rotated();
    const [before] = world.live();
    const report = await world.run({ layout: pair(others), force: false, allowMissingNames: true });
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'out-of-step' });
    expect(report.kept).toEqual([
      { id: before, reason: 'held', sinks: ['memory:a#pair=TOKEN_ID+TOKEN'] },
    ]);
    expect(works(world)).toBe(true);
    expect(works(world, others)).toBe(true);
    // A forced run keeps it too.
    await world.run({ layout: pair(others), force: true });
    expect(works(world)).toBe(true);
  });

  it('go on where they were when they are edited back', async () => {
    const world = await rotated();
    await world.run({ layout: pair(others) });
    const report = await world.run();
    expect(report.outcome).toMatch(/rotated|current/);
    expect(works(world)).toBe(true);
    await world.run({ force: true });
    expect(works(world)).toBe(true);
    expect(works(world, others)).toBe(true);
  });

  it('of which the new ones hold all the old ones leave nothing behind', async () => {
    const world = await rotated();
    const both: Layout = {
      kind: 'pair',
      names: { id: [names.id, others.id], token: [names.token, others.token] },
    };
    const report = await world.run({ layout: both });
    expect(report).toMatchObject({ outcome: 'rotated', reason: 'out-of-step', kept: [] });
    expect(works(world)).toBe(true);
    expect(works(world, others)).toBe(true);
    expect(world.live()).toEqual([report.current?.id]);
  });

  it('that overlap wait for what may still land under the old ones', async () => {
    const world = await rotated();
    let writes = 0;
    world.fault = ({ method, about }) =>
      method === 'deliver' && about === names.token && ++writes <= 3 ? { late: 100_000 } : 'ok';
    await world.run({ force: true });
    world.fault = () => 'ok';
    const overlapping = { id: others.id, token: names.token };
    await world.run({ layout: pair(overlapping) });
    await world.clock.advance(101_000);
    await world.run({ layout: pair(overlapping) });
    await world.clock.advance(121_000);
    await world.run({ layout: pair(overlapping) });
    expect(works(world, overlapping)).toBe(true);
  });
});

describe('another layout', () => {
  it('under other names leaves the old place as it is', async () => {
    const world = await rotated();
    const joined: Layout = { kind: 'joined', name: 'CREDENTIAL' };
    const report = await world.run({ layout: joined });
    expect(report.kept).toMatchObject([{ reason: 'held' }]);
    expect(works(world)).toBe(true);
    expect(world.issuer.use(world.sinks[0]?.values.get('CREDENTIAL') ?? '')?.id).toBe(
      report.current?.id,
    );
  });
});

describe('another server or folder by the same target', () => {
  it('is out of step, and what was written at the first is kept', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [here] = world.sinks as [MemorySink];
    await world.run({ replaces: world.old, sinks: [as(here, { server: 'https://one.test' })] });
    const [before] = world.live();
    const there = memorySink({ id: 'memory:a', clock: world.clock, supports: here.supports });
    const moved = { sinks: [as(there, { server: 'https://two.test' })] };
    const report = await world.run({ ...moved, allowMissingNames: true });
    expect(report).toMatchObject({
      outcome: 'rotated',
      reason: 'out-of-step',
      kept: [{ id: before, reason: 'held', sinks: ['memory:a#https://one.test'] }],
    });
    await world.run({ ...moved, force: true });
    expect(works(world)).toBe(true);
  });

  it('is the same place in a ledger that did not know it yet', async () => {
    const world = await rotated();
    const [sink] = world.sinks as [MemorySink];
    const report = await world.run({ sinks: [as(sink, { server: 'https://one.test' })] });
    expect(report).toMatchObject({ outcome: 'current', kept: [] });
    const calls = world.calls.length;
    await world.run({ sinks: [as(sink, { server: 'https://one.test' })] });
    expect(world.calls.slice(calls).map(({ method }) => method)).not.toContain('append');
  });
});

describe('the thing behind a target', () => {
  it('that was replaced by another one keeps what it may hold', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [first] = world.sinks as [MemorySink];
    await world.run({ replaces: world.old, sinks: [as(first, { thing: 'thing:1' })] });
    const [before] = world.live();
    const second = memorySink({ id: 'memory:a', clock: world.clock, supports: first.supports });
    const report = await world.run({
      sinks: [as(second, { thing: 'thing:2' })],
      force: true,
      allowMissingNames: true,
    });
    expect(report.kept).toEqual([{ id: before, reason: 'held', sinks: ['memory:a#thing:1'] }]);
    expect(works(world)).toBe(true);
  });

  it('is one sink whatever its spelling', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [sink] = world.sinks as [MemorySink];
    await world.run({ replaces: world.old, sinks: [as(sink, { thing: 'thing:1' })] });
    const [before] = world.live();
    const renamed = { sinks: [as(sink, { id: 'memory:1', thing: 'thing:1' })] };
    expect(await world.run(renamed)).toMatchObject({ outcome: 'current', kept: [] });
    const report = await world.run({ ...renamed, force: true });
    expect(report).toMatchObject({ outcome: 'rotated', revoked: [before], kept: [] });
    expect(works(world)).toBe(true);
  });

  it('that two targets name is refused before anything is created', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    const [a, b] = world.sinks as [MemorySink, MemorySink];
    const report = await world.run({
      replaces: world.old,
      sinks: [as(a, { thing: 'thing:1' }), as(b, { thing: 'thing:1' })],
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(world.live()).toEqual([world.old]);
  });

  it('that another rotation writes is refused, whatever its spelling there', async () => {
    const world = makeWorld(['memory:a', 'memory:b'], 'stamp');
    const [sink, stranger] = world.sinks as [MemorySink, MemorySink];
    await world.run({ replaces: world.old, sinks: [as(sink, { thing: 'thing:1' })] });
    const permissions = ['shop/read_branch'];
    await world.run({ name: 'alien', permissions, sinks: [as(stranger, { thing: 'thing:2' })] });
    const before = world.live();
    world.calls.length = 0;
    const report = await world.run({
      name: 'other',
      permissions,
      sinks: [as(sink, { id: 'memory:1', thing: 'thing:1' })],
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(world.live()).toEqual(before);
    const read = world.calls.filter(({ method }) => method === 'open').map(({ about }) => about);
    expect(read).toContain('ci');
    expect(read).not.toContain('alien');
  });
});

describe('a place whose unchanging id another rotation did not know', () => {
  it('is refused all the same, by its target', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [sink] = world.sinks as [MemorySink];
    sink.place = undefined;
    await world.run({ replaces: world.old });
    const before = world.live();
    const report = await world.run({
      name: 'other',
      permissions: ['shop/read_branch'],
      sinks: [as(sink, { thing: 'thing:1' })],
    });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(world.live()).toEqual(before);
    expect(works(world)).toBe(true);
  });

  it('is asked about by its target alone if no check tells one', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [sink] = world.sinks as [MemorySink];
    sink.place = undefined;
    const asked: string[] = [];
    const store = {
      ...world.store,
      mentioning: async (texts: readonly string[]) => {
        asked.push(...texts);
        return [];
      },
    };
    await world.run({ replaces: world.old }, undefined, { store });
    expect(new Set(asked)).toEqual(new Set(['memory:a']));
  });
});

describe('another account or issuer', () => {
  const elsewhere = (world: World, changes: Partial<TokenIssuer>): TokenIssuer => ({
    ...world.issuer,
    ...changes,
  });

  it.each<[string, Partial<TokenIssuer>]>([
    ['account', { id: 'memory:other' }],
    ['server', { server: 'https://two.test' }],
  ])('is refused before anything is asked: another %s', async (_, changes) => {
    const world = makeWorld(['memory:a'], 'stamp');
    const issuer = elsewhere(world, { server: 'https://one.test' });
    await world.run({ replaces: world.old, issuer });
    world.calls.length = 0;
    for (const request of [{}, { force: true }, { abort: true }, { dryRun: true }]) {
      const report = await world.run({ issuer: { ...issuer, ...changes }, ...request });
      expect(report).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    }
    expect(world.calls.filter(({ adapter }) => adapter !== 'memory')).toEqual([]);
    expect(await world.run({ issuer })).toMatchObject({ outcome: 'current' });
  });
});

describe('two rotations side by side', () => {
  it('do not both begin to write one place, however it is spelled', async () => {
    const world = makeWorld(['memory:a'], 'stamp');
    const [sink] = world.sinks as readonly [MemorySink];
    const beside = { claims: new Claims(), last: () => Promise.resolve() };
    const of = (name: string, id: string) =>
      world.run({ name, sinks: [as(sink, { id, thing: '1' })], replaces: world.old }, undefined, {
        beside,
      });
    const [first, second] = await Promise.all([of('one', 'memory:a'), of('two', 'memory:b')]);
    expect(first.outcome).toBe('rotated');
    expect(second).toMatchObject({ outcome: 'failed', error: { code: 'CONFIG_INVALID' } });
    expect(second.error?.message).toContain('one');
    expect(works(world)).toBe(true);
  });
});
