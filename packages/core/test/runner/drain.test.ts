import { describe, expect, it } from 'vitest';

import type { TokenIssuer } from '../../src/index.ts';
import { makeWorld, type World } from './world.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The world's clock, and how long it was asked to sleep; its sleepers are woken by nobody. */
function recorded(world: World) {
  const slept: number[] = [];
  const { clock } = world;
  const sleep = (milliseconds: number): Promise<void> => {
    slept.push(milliseconds);
    return new Promise(() => {});
  };
  return { slept, clock: { now: () => clock.now(), sleep } };
}

describe('an interrupt', () => {
  it('gives requests their time, and the ledger five seconds more', async () => {
    for (const isEarly of [true, false]) {
      const world = makeWorld(['memory:a']);
      const { slept, clock } = recorded(world);
      const interrupt = new AbortController();
      if (isEarly) interrupt.abort();
      world.fault = ({ method }) => {
        if (method === 'issue') interrupt.abort();
        return 'ok';
      };
      await world.run({ replaces: world.old }, interrupt.signal, { clock, drain: '20s' });
      expect(slept).toEqual([20_000, 25_000]);
    }
  });

  it.each(['', 'open'])('after the run, which failed to "%s", starts nothing', async (failing) => {
    const world = makeWorld(['memory:a']);
    const { slept, clock } = recorded(world);
    const interrupt = new AbortController();
    world.fault = ({ method }) => (method === failing ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old }, interrupt.signal, { clock });
    interrupt.abort();
    expect(slept).toEqual([]);
  });

  it('of the last step leaves nothing to be written down', async () => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    world.fault = ({ method }) => {
      if (method === 'revoke') interrupt.abort();
      return 'ok';
    };
    const report = await world.run({ replaces: world.old }, interrupt.signal);
    expect(report).toMatchObject({ phase: 'idle', revoked: [world.old] });
  });

  it.each(['user', 'lock'])('ends a wait: by the %s', async (by) => {
    const world = makeWorld(['memory:a']);
    const interrupt = new AbortController();
    const policy = { maxAge: 2160 * HOUR, grace: HOUR, settle: 2 * MINUTE };
    const { clock } = world;
    let sleeps = 0;
    const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      sleeps++;
      if (by === 'user') interrupt.abort();
      else world.store.steal('ci');
      return signal?.aborted === true
        ? Promise.reject(signal.reason as Error)
        : clock.sleep(milliseconds, signal);
    };
    const before = clock.now();
    const report = await world.run({ replaces: world.old, policy, wait: true }, interrupt.signal, {
      clock: { now: () => clock.now(), sleep },
      drain: 0,
    });
    expect(report.revoked).toEqual([]);
    expect(clock.now() - before).toBeLessThan(HOUR);
    expect(sleeps).toBeGreaterThan(0);
  });
});

it('a wait takes turns of an hour at most, and no more of them than it needs', async () => {
  const world = makeWorld(['memory:a']);
  const policy = { maxAge: 2160 * HOUR, grace: 2 * HOUR, settle: 2 * MINUTE };
  const { clock } = world;
  const slept: number[] = [];
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    slept.push(milliseconds);
    return clock.sleep(milliseconds, signal);
  };
  const report = await world.run({ replaces: world.old, policy, wait: true }, undefined, {
    clock: { now: () => clock.now(), sleep },
  });
  expect(report.revoked).toEqual([world.old]);
  expect(slept).toEqual([HOUR, HOUR]);
});

it('a run that has nothing to do does not ask for its lock', async () => {
  const world = makeWorld(['memory:a']);
  await world.run({ replaces: world.old });
  world.calls.length = 0;
  await world.run();
  expect(world.calls.map(({ method }) => method)).not.toContain('confirm');
});

describe('a clock that was set back', () => {
  /** A run that comes to nothing, but for records. */
  async function record(world: World): Promise<void> {
    world.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    expect(await world.run()).toMatchObject({ outcome: 'failed', pending: [] });
    world.fault = () => 'ok';
  }
  const backBy = ({ clock }: World, milliseconds: number) => ({
    clock: { now: () => clock.now() - milliseconds, sleep: clock.sleep.bind(clock) },
  });

  it('makes no token older', async () => {
    const world = makeWorld(['memory:a']);
    const { current } = await world.run({ replaces: world.old });
    await world.clock.advance(91 * 24 * HOUR);
    await record(world);
    const report = await world.run({}, undefined, backBy(world, 48 * HOUR));
    expect(report).toMatchObject({ outcome: 'current', current: { id: current?.id } });
    expect(report).not.toHaveProperty('reason');
  });

  it('makes no pause shorter', async () => {
    const world = makeWorld(['memory:a']);
    world.fault = ({ method }) => (method === 'deliver' ? { fail: 'before' } : 'ok');
    await world.run({ replaces: world.old });
    await world.run({ force: true });
    await world.clock.advance(7 * HOUR);
    await record(world);
    const report = await world.run({}, undefined, backBy(world, 6.5 * HOUR));
    expect(report).toMatchObject({ outcome: 'waiting', retryAt: expect.any(String) });
  });
});

describe('a plan', () => {
  it('goes through an abort', async () => {
    const world = makeWorld();
    world.fault = ({ method, adapter }) =>
      method === 'deliver' && adapter === 'memory:b' ? { fail: 'before' } : 'ok';
    await world.run({ replaces: world.old });
    world.fault = () => 'ok';
    const report = await world.run({ abort: true, dryRun: true });
    expect(report).toMatchObject({ phase: 'idle', current: { id: world.old } });
  });

  it('finds out that a token to take over does not exist', async () => {
    const world = makeWorld(['memory:a']);
    await world.run({ permissions: [] });
    const report = await world.run({ replaces: 'tkn999999', dryRun: true });
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'TOKEN_NOT_FOUND' } });
  });
});

it('a token that was kept for other names ends in the run that writes the last sink, if the user vouches', async () => {
  const world = makeWorld(['memory:a', 'memory:b'], 'value');
  world.sinks[0]?.write('ELSEWHERE', world.old);
  world.fault = ({ method, adapter }) =>
    method === 'deliver' && adapter === 'memory:b' ? { fail: 'before' } : 'ok';
  await world.run({ replaces: world.old });
  world.fault = () => 'ok';
  const report = await world.run({ force: true, allowMissingNames: true });
  expect(report.revoked).toContain(world.old);
});

describe('an issuer that is not the one of the ledger is named', () => {
  it.each<[string, string, Partial<TokenIssuer>, string | undefined]>([
    [
      'by its ID',
      'belong to memory:acme, but the configuration names memory:other',
      { id: 'memory:other', server: 'https://b.test' },
      'https://a.test',
    ],
    [
      'by its server if that is what differs',
      'belong to memory:acme at https://a.test, but the configuration names memory:acme at https://b.test',
      { server: 'https://b.test' },
      'https://a.test',
    ],
  ])('%s', async (_, message, changes, server) => {
    const world = makeWorld(['memory:a'], 'stamp', server === undefined ? {} : { server });
    await world.run({ replaces: world.old });
    const { error } = await world.run({ issuer: { ...world.issuer, ...changes } });
    expect(error?.message).toContain(message);
  });

  it('unless nothing is left of that one, but for an answer that was lost', async () => {
    const other = { id: 'memory:other' };
    const idle = makeWorld(['memory:a']);
    idle.fault = ({ method }) => (method === 'issue' ? { fail: 'before' } : 'ok');
    await idle.run({ permissions: [] });
    idle.fault = () => 'ok';
    const { outcome } = await idle.run({ permissions: [], issuer: { ...idle.issuer, ...other } });
    expect(outcome).toBe('rotated');
    const lost = makeWorld(['memory:a']);
    lost.fault = ({ method }) => {
      if (method === 'issue') return { fail: 'after' };
      return method === 'find' ? { fail: 'before' } : 'ok';
    };
    await lost.run({ permissions: [] });
    lost.fault = () => 'ok';
    const { error } = await lost.run({ permissions: [], issuer: { ...lost.issuer, ...other } });
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  });
});
