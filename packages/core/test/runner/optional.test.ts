import { describe, expect, it } from 'vitest';

import { KeyturnError } from '../../src/index.ts';
import type { FaultHook } from '../../src/testing/memory/wire.ts';
import { makeWorld, type World } from './world.ts';

const SINKS = ['memory:a', 'memory:b', 'memory:c'];

/** The checks of these sinks are refused. */
const refused =
  (...ids: readonly string[]): FaultHook =>
  ({ adapter, method }) =>
    method === 'check' && ids.includes(adapter)
      ? {
          fail: 'before',
          error: new KeyturnError('TARGET_NOT_FOUND', `${adapter} is gone`, { effect: 'none' }),
        }
      : 'ok';

const issued = (world: World): number =>
  world.calls.filter(({ method }) => method === 'issue').length;

describe('a sink that the run may go on without', () => {
  it('is left out when its check fails, and keeps the old token alive', async () => {
    const world = makeWorld(SINKS);
    world.fault = refused('memory:b');
    const report = await world.run({ replaces: world.old, optional: ['memory:b'] });
    const fresh = report.current?.id;
    expect(report).toMatchObject({
      outcome: 'incomplete',
      phase: 'idle',
      error: { code: 'TARGET_NOT_FOUND' },
      revoked: [],
      kept: [{ id: world.old, reason: 'held', sinks: ['memory:b'] }],
      sinks: [{ status: 'delivered' }, { status: 'failed' }, { status: 'delivered' }],
    });
    expect(world.jobs()).toEqual([fresh, world.old, fresh]);
  });

  it('asks for no further token as long as nothing else is due', async () => {
    const world = makeWorld(SINKS);
    world.fault = refused('memory:b');
    const { current } = await world.run({ replaces: world.old, optional: ['memory:b'] });
    const report = await world.run({ optional: ['memory:b'] });
    expect(report).toMatchObject({
      outcome: 'incomplete',
      current: { id: current?.id },
      sinks: [{ status: 'unchanged' }, { status: 'failed' }, { status: 'unchanged' }],
    });
    expect(issued(world)).toBe(1);
  });

  it('is written as soon as it can be, and only then is the old token revoked', async () => {
    const world = makeWorld(SINKS);
    world.fault = refused('memory:b');
    await world.run({ replaces: world.old, optional: ['memory:b'] });
    world.fault = () => 'ok';
    const report = await world.run({ optional: ['memory:b'] });
    expect(report).toMatchObject({ outcome: 'rotated', kept: [] });
    expect(world.live()).toEqual([report.current?.id]);
    expect(new Set(world.jobs())).toEqual(new Set(world.live()));
  });

  it('is reported by a plan, which still is one', async () => {
    const world = makeWorld(SINKS);
    world.fault = refused('memory:b');
    const report = await world.run({ replaces: world.old, optional: ['memory:b'], dryRun: true });
    expect(report.outcome).toBe('planned');
    expect(report.sinks[1]).toMatchObject({
      status: 'failed',
      error: { code: 'TARGET_NOT_FOUND' },
    });
  });

  it('stops the run where a name is wrong, as that is no matter of one place', async () => {
    const world = makeWorld(SINKS);
    world.fault = ({ adapter, method }) =>
      method === 'check' && adapter === 'memory:b'
        ? { fail: 'before', error: new KeyturnError('NAME_INVALID', 'no', { effect: 'none' }) }
        : 'ok';
    const report = await world.run({ replaces: world.old, optional: ['memory:b'] });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'NAME_INVALID' } });
    expect(issued(world)).toBe(0);
  });

  it('does not take an interrupt for the fault of a sink', async () => {
    const world = makeWorld(SINKS);
    const ending = new AbortController();
    world.fault = (call) => {
      const fault = refused('memory:b')(call);
      if (fault !== 'ok') ending.abort();
      return fault;
    };
    const report = await world.run({ replaces: world.old, optional: ['memory:b'] }, ending.signal);
    expect(report.outcome).toBe('failed');
    expect(world.store.ledgers.size).toBe(0);
  });

  it.each([
    ['a sink that is needed fails too', SINKS, ['memory:a']],
    ['no sink is left', SINKS, SINKS],
    ['it is the only one that is selected', ['memory:b'], SINKS],
  ])('stops the run before a token is asked for where %s', async (_, selected, optional) => {
    const world = makeWorld(SINKS);
    world.fault = refused(...SINKS.filter((id) => optional === SINKS || id !== 'memory:c'));
    const report = await world.run({ replaces: world.old, selected, optional });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TARGET_NOT_FOUND' } });
    expect(issued(world)).toBe(0);
    expect(world.live()).toEqual([world.old]);
  });
});
