import { describe, expect, it } from 'vitest';

import { adopt, type Layout, type RotationRequest, type SecretSink } from '../../src/index.ts';
import type { MemorySink } from '../../src/testing/memory/sink.ts';
import { SLOT, slotted } from './slotted.ts';
import { makeWorld, names } from './world.ts';

const others = { id: 'OTHER_ID', token: 'OTHER' };
const pair: Layout = { kind: 'pair', names };
const inSlots = (named: typeof names, slot = SLOT): Layout => ({
  kind: 'slots',
  names: named,
  slot,
});
const request = { permissions: [], force: true };

describe('sinks that mean one place', () => {
  const at = (sink: MemorySink, thing: string, server?: string): SecretSink => {
    sink.place = thing;
    return { ...sink, place: thing, ...(server !== undefined && { server }) } as SecretSink;
  };

  it.each<[string, [string, string?][], Partial<RotationRequest>]>([
    [
      'at one server, beside another one',
      [
        ['1', 's'],
        ['1', 't'],
        ['1', 's'],
      ],
      {},
    ],
    ['at a server that is not told everywhere', [['1', 's'], ['2', 's'], ['1']], {}],
    [
      'beside one with other names',
      [['1'], ['1'], ['1']],
      { layouts: { 'memory:b': { kind: 'pair', names: others } } },
    ],
  ])('are refused %s', async (_, [a, b, c], changes) => {
    const world = makeWorld(['memory:a', 'memory:b', 'memory:c']);
    const sinks = [a, b, c].flatMap((where, nth) => {
      const sink = world.sinks[nth];
      return sink === undefined || where === undefined ? [] : [at(sink, ...where)];
    });
    const { error } = await world.run({ ...request, sinks, ...changes });
    expect(error).toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'memory:a and memory:c are the same place',
    });
    expect(world.calls.map(({ method }) => method)).not.toContain('issue');
  });

  it.each<[string, [string, string?][], Partial<RotationRequest>]>([
    [
      'at two servers',
      [
        ['1', 's'],
        ['1', 't'],
      ],
      {},
    ],
    [
      'with other names',
      [['1'], ['1']],
      { layouts: { 'memory:b': { kind: 'pair', names: others } }, allowMissingNames: true },
    ],
  ])('are two %s', async (_, [a, b], changes) => {
    const world = makeWorld();
    const sinks = [a, b].flatMap((where, nth) => {
      const sink = world.sinks[nth];
      return sink === undefined || where === undefined ? [] : [at(sink, ...where)];
    });
    expect(await world.run({ ...request, sinks, ...changes })).toMatchObject({
      outcome: 'rotated',
    });
  });

  it('are not those of which nobody tells what they are', async () => {
    const world = makeWorld();
    for (const sink of world.sinks) sink.place = undefined;
    expect(await world.run(request)).toMatchObject({ outcome: 'rotated' });
  });
});

describe('the variable of slots is no concern', () => {
  const allow = { ...request, allowMissingNames: true };

  it('of a layout without one, before or after', async () => {
    const world = makeWorld(['memory:a']);
    const [sink] = world.sinks as [MemorySink];
    for (const [layout, sinks] of [
      [pair, [sink]],
      [inSlots(names), [slotted(sink)]],
      [pair, [sink]],
    ] as const)
      expect(await world.run({ ...allow, layout, sinks })).toMatchObject({ outcome: 'rotated' });
  });

  it('of another place', async () => {
    const world = makeWorld();
    const sinks = world.sinks.map((sink) => slotted(sink));
    const layouts = { 'memory:a': inSlots(names), 'memory:b': inSlots(others) };
    for (let run = 0; run < 2; run++)
      expect(await world.run({ ...allow, sinks, layouts })).toMatchObject({ outcome: 'rotated' });
  });

  it('of names that never were written', async () => {
    const world = makeWorld(['memory:a']);
    const [sink] = world.sinks as [MemorySink];
    const sinks = [slotted(sink)];
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
    await world.run({ ...allow, sinks, layout: inSlots(names) });
    world.fault = () => 'ok';
    await world.clock.advance(3_600_000);
    await world.run({ sinks: [], abort: true });
    const report = await world.run({ ...allow, sinks, layout: inSlots(others) });
    expect(report.error).toBeUndefined();
  });

  it('of a place that an old ledger does not know', async () => {
    const world = makeWorld(['memory:a']);
    const [sink] = world.sinks as [MemorySink];
    const token = await world.issuer.get(world.old, { signal: new AbortController().signal });
    if (token === undefined) throw new Error('the old token is there');
    const { store, clock } = world;
    await adopt({ name: 'ci', token, sinks: ['memory:gone'] }, { store, clock, owner: 'test' });
    const report = await world.run({ ...allow, sinks: [slotted(sink)], layout: inSlots(names) });
    expect(report.error).toBeUndefined();
    expect(report.sinks).toEqual([{ id: 'memory:a', status: 'delivered' }]);
  });
});
